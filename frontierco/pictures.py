"""Pictures of combinatorial answers, one function for each kind. Axes are matplotlib's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Whole = NDArray[np.integer[Any]]

_FEW: Final = 3000  # beyond so many points no marks are drawn
_MOST_VERTICES: Final = 3000  # beyond so many a graph is a blot, and laying it out takes minutes


def draw_tour(axes: Any, points: Points, tour: Whole) -> None:
    """A closed tour through points ``(n, 2)``, indices from 0."""
    closed = points[np.append(tour, tour[:1])]
    axes.plot(*closed.T, lw=0.8 if len(points) < _FEW else 0.2)
    _marks(axes, points)


def scaled_places(matrix: Points) -> Points:
    """Places ``(n, 2)`` whose distances are near the given ones, as far as there are such.

    Classical scaling: the two largest eigenvectors of -J D² J / 2, each times the root of its eigenvalue,
    where D holds the distances and J takes the mean away. W. S. Torgerson, Multidimensional scaling: I.
    Theory and method, Psychometrika 17 (1952).
    """
    squared = np.asarray(matrix, dtype=float) ** 2
    centred = squared - squared.mean(axis=0) - squared.mean(axis=1, keepdims=True) + squared.mean()
    values, vectors = np.linalg.eigh(-0.5 * centred)
    places: Points = np.zeros((len(matrix), 2))
    largest = slice(max(0, len(matrix) - 2), None)
    places[:, : len(values[largest])] = vectors[:, largest] * np.sqrt(np.maximum(values[largest], 0.0))
    return places


def draw_routes(axes: Any, points: Points, routes: Sequence[Whole], depot: int) -> None:
    """Routes from the depot and back, each in a colour of its own."""
    colours = _colours(len(routes))
    for colour, route in zip(colours, routes, strict=True):
        inner = route[route != depot]
        axes.plot(*points[np.concatenate([[depot], inner, [depot]])].T, lw=0.8, color=colour)
    _marks(axes, points)
    axes.plot(*points[depot], "ks", ms=7)


def draw_schedule(axes: Any, machines: Whole, jobs: Whole, starts: Points, ends: Points) -> None:
    """A Gantt chart: one bar per operation in its machine's row, coloured by job."""
    count = int(np.max(jobs, initial=0)) + 1
    colours = _colours(count)
    axes.barh(
        np.asarray(machines), np.asarray(ends) - np.asarray(starts), left=np.asarray(starts), height=0.8,
        color=[colours[job] for job in jobs], edgecolor="white", linewidth=0.3,
    )  # fmt: skip
    axes.set(xlabel="time", ylabel="machine")
    axes.yaxis.get_major_locator().set_params(integer=True)  # there is no machine 2.5
    axes.invert_yaxis()


def draw_graph(axes: Any, num_vertices: int, edges: Whole, chosen: Whole) -> None:
    """A graph, vertices from 1, with the chosen ones marked; of large graphs a part around chosen ones."""
    import networkx as nx

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(1, num_vertices + 1))
    graph.add_edges_from(edges.tolist())
    if num_vertices > _MOST_VERTICES:
        graph = graph.subgraph(_around(graph, int(chosen[0])))
    place = nx.spring_layout(graph, seed=1, iterations=30, method="force")
    inside = set(chosen.tolist())
    lines = np.array([(place[u], place[v]) for u, v in graph.edges]).reshape(-1, 2, 2)
    _segments(axes, lines[:: max(1, len(lines) // 20_000)], color="0.8", lw=0.3)
    for members, style in ((False, "0.5"), (True, "tab:red")):
        spots = np.array([place[v] for v in graph if (v in inside) == members]).reshape(-1, 2)
        axes.scatter(*spots.T, s=12 if members else 4, color=style, zorder=2)
    part = (
        "" if num_vertices == graph.number_of_nodes() else f" (a part of {graph.number_of_nodes()} vertices)"
    )
    axes.set_title(f"{len(chosen)} of {num_vertices} vertices chosen{part}")
    axes.set_axis_off()


def draw_clusters(axes: Any, points: Points, centres: Whole, assigned: Whole) -> None:
    """Points joined to the centre that each is assigned to; indices from 0."""
    colours = dict(zip(centres.tolist(), _colours(len(centres)), strict=True))
    for index, centre in enumerate(assigned.tolist()):
        axes.plot(*points[[index, centre]].T, lw=0.5, color=colours.get(centre, "0.7"))
    axes.plot(*points[centres].T, "k^", ms=5)
    _marks(axes, points)


def draw_facilities(axes: Any, amounts: Points, is_open: NDArray[np.bool_]) -> None:
    """What each facility ``(rows)`` delivers to each customer ``(columns)``; open ones first."""
    order = np.argsort(~is_open, kind="stable")
    share = amounts[order] / np.maximum(amounts.sum(axis=0), np.finfo(float).tiny)
    image = axes.imshow(share, aspect="auto", cmap="Greens", vmin=0.0, vmax=1.0, interpolation="nearest")
    axes.axhline(int(is_open.sum()) - 0.5, color="tab:red", lw=1)
    axes.set(xlabel="customer", ylabel=f"facility ({int(is_open.sum())} open, above the line)")
    axes.figure.colorbar(image, ax=axes, label="share of the demand")


def draw_tree(axes: Any, edges: Whole, terminals: Whole) -> None:
    """A tree ``(k, 2)`` alone, laid out by itself, terminals marked."""
    import networkx as nx

    graph: nx.Graph[int] = nx.Graph(edges.tolist())
    graph.add_nodes_from(terminals.tolist())
    place = (
        nx.kamada_kawai_layout(graph) if len(graph) < 300 else nx.spring_layout(graph, seed=1, method="force")
    )
    lines = np.array([(place[u], place[v]) for u, v in graph.edges]).reshape(-1, 2, 2)
    _segments(axes, lines, color="0.5", lw=0.8)
    ends = set(terminals.tolist())
    for members, style in ((False, "0.5"), (True, "tab:red")):
        spots = np.array([place[v] for v in graph if (v in ends) == members]).reshape(-1, 2)
        axes.scatter(*spots.T, s=18 if members else 5, color=style, zorder=2)
    axes.set_title(f"{len(edges)} edges, {len(terminals)} terminals (red)")
    axes.set_axis_off()


def _segments(axes: Any, lines: Points, **style: Any) -> None:
    """Lines ``(k, 2, 2)`` below everything else, as a single one with gaps: thousands would take seconds."""
    broken = np.full((len(lines), 3, 2), np.nan)
    broken[:, :2] = lines
    axes.plot(*broken.reshape(-1, 2).T, zorder=1, **style)


def _around(graph: Any, start: int) -> list[int]:
    found, seen = [start], {start}
    for vertex in found:
        for other in graph[vertex]:
            if other not in seen and len(found) < _MOST_VERTICES // 3:
                seen.add(other)
                found.append(other)
    return found


def _marks(axes: Any, points: Points) -> None:
    if len(points) < _FEW:
        axes.plot(*points.T, "k.", ms=3)
    axes.set_aspect("equal")
    axes.set(xticks=[], yticks=[])


def _colours(count: int) -> list[Any]:
    from matplotlib import colormaps

    palette = colormaps["tab20"]
    return [palette(index % 20) for index in range(count)]
