"""Which candidates came from which: the way to the winner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from solversmith.pictures.charts import loss_scale, shown

_MOST_NAMED: Final = 20  # the last of a long line: more names would hide it


@dataclass(frozen=True)
class Node:
    """A candidate with those it was made from; without a loss it failed everywhere."""

    id: str
    number: int
    loss: float | None
    parents: tuple[str, ...]


def ancestry(nodes: Mapping[str, Node], winner: str) -> tuple[str, ...]:
    """The winner and all that it came from, in the order in which they were proposed."""
    found, waiting = set[str](), [winner]
    while waiting:
        current = waiting.pop()
        if current in nodes and current not in found:
            found.add(current)
            waiting += nodes[current].parents
    return tuple(sorted(found, key=lambda name: nodes[name].number))


def draw_lineage(axes: Any, nodes: Sequence[Node], winner: str) -> None:
    """Dev loss over the order of proposals; an edge from each parent, the winner's ancestry in colour.

    A candidate without a loss stands above the axis of losses, marked by a cross.
    """
    known = {node.id: node for node in nodes}
    line = set(ancestry(known, winner))
    named = set(ancestry(known, winner)[-_MOST_NAMED:])
    losses = [node.loss for node in nodes if node.loss is not None]
    top = max(losses, default=1.0)
    place = {node.id: (node.number, shown(top if node.loss is None else node.loss)) for node in nodes}
    for node in nodes:
        for parent in node.parents:
            if parent in place:
                ours = node.id in line and parent in line
                xs, ys = zip(place[parent], place[node.id], strict=True)
                axes.plot(
                    xs,
                    ys,
                    "-",
                    color="tab:orange" if ours else "0.85",
                    lw=1.8 if ours else 0.7,
                    zorder=2 if ours else 1,
                )
    for node in nodes:
        x, y = place[node.id]
        color = "tab:red" if node.id == winner else "tab:orange" if node.id in line else "0.6"
        axes.plot(
            [x], [y], "x" if node.loss is None else "o", color=color, ms=7 if node.id in line else 4, zorder=3
        )
        if node.id in named:
            axes.annotate(node.id, (x, y), xytext=(4, 5), textcoords="offset points", fontsize="small")
    loss_scale(axes, losses)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set(xlabel="candidate", ylabel="dev loss", title=f"how {winner} came about")
