"""Local search that takes neighbouring key paths out of a tree and joins the pieces again, with annealing.

A key path leads from a terminal or branching to the next one. Some that hang together are removed, now and
then a vertex nearby is declared one more piece to be joined, and shortest paths join the pieces in a random
order; dead ends are cut off. So exchanges of key paths, the elimination of branchings and the insertion of
vertices (E. Uchoa, R. F. Werneck, Fast local search for the Steiner problem in graphs, ACM Journal of
Experimental Algorithmics 17 (2012)) are special cases. What belongs to which piece is found in an Euler tour
of the tree, so a rejected step costs what it touches. Before, vertices with one or two edges are removed and
replaced by an edge. The first tree grows by the nearest terminal (H. Takahashi, A. Matsuyama, Mathematica
Japonica 24 (1980)).
"""

import heapq
import itertools
import json
import math
import os
import random
import time
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

BEGIN_S = time.perf_counter() - 0.05  # the start of the interpreter counts, too
CASE = json.loads(os.environ.get("SOLVERSMITH_CASE", "{}"))
LIMIT_S = float(CASE.get("time_limit_s", 10.0))
STOP_S = BEGIN_S + 0.97 * LIMIT_S - 0.15
HEAT = 0.3  # of a mean edge of the tree, at the beginning
MOST_PATHS = 8  # taken out in one step
PAUSE_S = 0.1  # between two answers


def solve(**kwargs: Any) -> Iterator[dict[str, Any]]:
    """Yield a tree, then cheaper ones until the time is nearly over."""
    rng = random.Random(int(CASE.get("seed", 1)))
    costs = kwargs["graph_edges"]
    graph = Graph(costs, kwargs["terminals"])
    tree = Tree(graph, grow(graph, rng))
    for pairs in search(tree, rng):
        edges = graph.originals(pairs)
        yield {"declared_cost": sum(costs[edge] for edge in edges), "num_edges": len(edges), "edges": edges}


class Graph:
    """Costs to neighbours, without vertices that only continue a path; `origin` is what edges stand for."""

    def __init__(self, costs: Any, terminals: list[int]) -> None:
        near: dict[int, dict[int, float]] = {vertex: {} for vertex in terminals}
        self.origin: dict[tuple[int, int], Any] = {}
        for (u, v), cost in costs.items():
            near.setdefault(u, {})[v] = cost
            near.setdefault(v, {})[u] = cost
        self.near = near
        self.terminals = set(terminals)
        self.reduce()
        self.cheapest = {u: min(costs.values(), default=0.0) for u, costs in self.near.items()}

    def reduce(self) -> None:
        """Remove vertices with one edge, and join the two edges of those with two; terminals stay."""
        near, origin = self.near, self.origin
        waiting = [v for v in near if len(near[v]) <= 2 and v not in self.terminals]
        while waiting:
            v = waiting.pop()
            if v not in near or len(near[v]) > 2:
                continue
            ends = near.pop(v)
            for u in ends:
                del near[u][v]
            if len(ends) == 2:
                (u, first), (w, second) = ends.items()
                if first + second < near[u].get(w, math.inf):
                    near[u][w] = near[w][u] = first + second
                    origin[min(u, w), max(u, w)] = (self.name(u, v), self.name(v, w))
            waiting += [u for u in ends if len(near[u]) <= 2 and u not in self.terminals]

    def name(self, u: int, v: int) -> Any:
        """What the edge between two vertices stands for: itself, or a pair of such."""
        ends = (u, v) if u < v else (v, u)
        return self.origin.get(ends, ends)

    def originals(self, pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """The edges that programs are given behind those of the reduced graph."""
        found = []
        stack = [self.name(u, v) for u, v in pairs]
        while stack:
            first, second = stack.pop()
            if isinstance(first, int):
                found.append((first, second))
            else:
                stack += [first, second]
        return found


def grow(graph: Graph, rng: random.Random) -> list[tuple[int, int]]:
    """Edges of a tree that takes in the nearest terminal as long as there is one outside."""
    near = graph.near
    start = rng.choice(sorted(graph.terminals))
    left = graph.terminals - {start}
    inside = {start}
    distance, parent = {start: 0.0}, {start: start}
    heap = [(0.0, start)]
    edges = []
    while left:
        far, u = heapq.heappop(heap)
        if far > distance[u]:
            continue
        if u in left:
            left.remove(u)
            while u not in inside:
                inside.add(u)
                distance[u] = 0.0
                heapq.heappush(heap, (0.0, u))
                edges.append((u, parent[u]))
                u = parent[u]
            continue
        for v, cost in near[u].items():
            if far + cost < distance.get(v, math.inf):
                distance[v] = far + cost
                parent[v] = u
                heapq.heappush(heap, (far + cost, v))
    return edges


class Tree:
    """The present tree, its Euler tour, and a step that can be taken back."""

    def __init__(self, graph: Graph, edges: list[tuple[int, int]]) -> None:
        self.graph, self.near, self.terminals = graph, graph.near, graph.terminals
        self.joined: dict[int, set[int]] = {v: set() for v in self.terminals}
        for u, v in edges:
            self.joined.setdefault(u, set()).add(v)
            self.joined.setdefault(v, set()).add(u)
        self.cost = sum(self.near[u][v] for u, v in edges)
        self.root = min(self.terminals)
        self.log: list[tuple[int, int, bool]] = []  # what was done since the last settlement
        self.tour()

    def edges(self) -> list[tuple[int, int]]:
        """All edges, each once."""
        return [(u, v) for u, others in self.joined.items() for v in others if u < v]

    def tour(self) -> None:
        """Number the vertices such that every subtree is a range."""
        joined = self.joined
        order, parent, stack = [], {self.root: self.root}, [self.root]
        while stack:
            u = stack.pop()
            order.append(u)
            above = parent[u]
            for v in joined[u]:
                if v != above:
                    parent[v] = u
                    stack.append(v)
        size = dict.fromkeys(order, 1)
        for u in reversed(order[1:]):
            size[parent[u]] += size[u]
        self.order, self.parent, self.size = order, parent, size
        self.place = {u: place for place, u in enumerate(order)}

    def join(self, u: int, v: int) -> None:
        """Put an edge in."""
        self.joined.setdefault(u, set()).add(v)
        self.joined.setdefault(v, set()).add(u)
        self.cost += self.near[u][v]
        self.log.append((u, v, True))

    def part(self, u: int, v: int) -> None:
        """Take an edge out."""
        self.joined[u].remove(v)
        self.joined[v].remove(u)
        self.cost -= self.near[u][v]
        self.log.append((u, v, False))

    def settle(self) -> None:
        """Keep what was done; a new tour only if that changed anything."""
        changed: set[tuple[int, int]] = set()
        for u, v, _ in self.log:
            changed ^= {(u, v) if u < v else (v, u)}
            for w in (u, v):
                if w in self.joined and not self.joined[w] and w not in self.terminals:
                    del self.joined[w]
        self.log = []
        if changed:
            self.tour()

    def take_back(self, cost: float) -> None:
        """Undo what was done; `cost` is what the tree did cost, exactly."""
        for u, v, put_in in reversed(self.log):
            if put_in:
                self.joined[u].remove(v)
                self.joined[v].remove(u)
            else:
                self.joined[u].add(v)
                self.joined[v].add(u)
        self.cost = cost
        self.settle_none()

    def settle_none(self) -> None:
        """Forget vertices that a step only tried."""
        for u, v, _ in self.log:
            for w in (u, v):
                if w in self.joined and not self.joined[w] and w not in self.terminals:
                    del self.joined[w]
        self.log = []

    def is_key(self, u: int) -> bool:
        """Whether a key path ends at a vertex of the tree."""
        return u in self.terminals or len(self.joined[u]) != 2

    def key_path(self, u: int, v: int) -> list[int]:
        """From `u` by way of its neighbour `v` to the next key vertex."""
        path = [u, v]
        while not self.is_key(v):
            first, second = self.joined[v]
            u, v = v, second if first == u else first
            path.append(v)
        return path

    def region(self, rng: random.Random, most: int) -> list[list[int]]:
        """About `most` key paths that hang together."""
        u = self.order[rng.randrange(len(self.order))]
        if not self.is_key(u):
            u = self.key_path(u, next(iter(self.joined[u])))[-1]
        paths: list[list[int]] = []
        taken: set[tuple[int, int]] = set()  # both ends of paths, as first steps
        border = [u]
        while border and len(paths) < most:
            place = rng.randrange(len(border))
            border[place], border[-1] = border[-1], border[place]
            u = border.pop()
            ways = [v for v in self.joined[u] if (u, v) not in taken]
            rng.shuffle(ways)
            if u in self.terminals:
                ways = ways[: rng.randint(1, 2)]
            for v in ways:
                path = self.key_path(u, v)
                taken.add((u, v))
                taken.add((path[-1], path[-2]))
                paths.append(path)
                border.append(path[-1])
        return paths


class Pieces:
    """What is left of a tree without some key paths, and its joining by shortest paths."""

    def __init__(self, tree: Tree, paths: list[list[int]], rng: random.Random) -> None:
        self.tree, self.rng = tree, rng
        self.gone: set[int] = set()
        self.known: dict[int, int] = {}  # the first piece of vertices that were asked for, −1 outside
        place, size = tree.place, tree.size
        cuts = []
        for path in paths:
            self.gone.update(path[1:-1])
            bottom = path[-1] if tree.parent[path[1]] == path[0] else path[0]
            cuts.append((place[bottom], place[bottom] + size[bottom]))
            for u, v in itertools.pairwise(path):
                tree.part(u, v)
        for path in paths:
            for u in (path[0], path[-1]):
                if u not in tree.terminals and not tree.joined[u]:
                    self.gone.add(u)
        self.bounds, self.owner = ranges(sorted(cuts))
        self.leader = list(range(len(cuts) + 1))
        self.ranges: dict[int, list[tuple[int, int]]] = {}
        ends = [*self.bounds[1:], len(tree.order)]
        for low, high, owner in zip(self.bounds, ends, self.owner, strict=True):
            if low < high:
                self.ranges.setdefault(owner, []).append((low, high))
        # A piece whose top is gone is a branching that lost all its paths: there is nothing of it.
        tops = [(owner, tree.order[found[0][0]]) for owner, found in self.ranges.items()]
        self.sizes = {
            owner: sum(high - low for low, high in self.ranges[owner])
            for owner, top in tops
            if top not in self.gone
        }
        self.extra: dict[int, list[int]] = {owner: [] for owner in self.sizes}  # by leader

    def declare(self, vertex: int) -> None:
        """Make a vertex outside a piece of its own."""
        number = len(self.leader)
        self.leader.append(number)
        self.ranges[number] = []
        self.sizes[number] = 1
        self.extra[number] = [vertex]
        self.known[vertex] = number

    def find(self, piece: int) -> int:
        """The piece that a piece has become part of."""
        while self.leader[piece] != piece:
            self.leader[piece] = self.leader[self.leader[piece]]
            piece = self.leader[piece]
        return piece

    def piece_of(self, vertex: int) -> int:
        """The piece of a vertex, −1 outside."""
        if vertex not in self.known:
            place = self.tree.place.get(vertex, -1)
            outside = place < 0 or vertex in self.gone
            self.known[vertex] = -1 if outside else self.owner[bisect_right(self.bounds, place) - 1]
        piece = self.known[vertex]
        return piece if piece < 0 else self.find(piece)

    def vertices(self, piece: int) -> list[int]:
        """All of a piece."""
        order, gone = self.tree.order, self.gone
        found = self.extra[piece][:]
        for low, high in self.ranges[piece]:
            found += [u for u in order[low:high] if u not in gone]
        return found

    def join_all(self, most: float) -> bool:
        """Join all pieces by paths that cost at most so much together; whether that went well."""
        while len(self.sizes) > 1:
            largest = max(self.sizes, key=self.sizes.__getitem__)
            others = [one for one in self.sizes if one != largest]
            piece = min(self.rng.choice(others), self.rng.choice(others), key=self.sizes.__getitem__)
            path = self.way_out(piece, most)
            if not path:
                return False
            other = self.piece_of(path[0])
            for u, v in itertools.pairwise(path):
                most -= self.tree.near[u][v]
                self.tree.join(u, v)
            self.unite(piece, other, path[1:-1])
        return True

    def unite(self, piece: int, other: int, between: list[int]) -> None:
        """Make one of two pieces and the vertices between them."""
        self.leader[other] = piece
        self.sizes[piece] += self.sizes.pop(other) + len(between)
        self.ranges[piece] = self.ranges[piece] + self.ranges[other]
        self.extra[piece] += self.extra.pop(other) + between
        for vertex in between:
            self.known[vertex] = piece

    def way_out(self, piece: int, most: float) -> list[int]:
        """A shortest path from another piece to this one; empty if it costs more than `most`."""
        near, cheapest, rng = self.tree.near, self.tree.graph.cheapest, self.rng.random
        known, piece_of, leader = self.known, self.piece_of, self.leader
        sources = self.vertices(piece)
        distance = dict.fromkeys(sources, 0.0)
        parent: dict[int, int] = {}
        heap = [(0.0, 0.0, u) for u in sources]
        best, found = most * (1 + 1e-9) + 1e-9, (0, 0)
        while heap:
            far, _, u = heapq.heappop(heap)
            if far + cheapest[u] >= best:
                if far >= best:
                    break
                continue
            if far > distance[u]:
                continue
            for v, cost in near[u].items():
                there = far + cost
                if there >= best or (v in distance and there >= distance[v]):
                    continue
                other = known[v] if v in known else piece_of(v)
                if other < 0:
                    if there + cheapest[v] < best:
                        distance[v] = there
                        parent[v] = u
                        heapq.heappush(heap, (there, rng(), v))
                    continue
                while leader[other] != other:
                    other = leader[other]
                if other != piece:
                    best, found = there, (v, u)
        if not found[0]:
            return []
        path = list(found)
        while path[-1] in parent:
            path.append(parent[path[-1]])
        return path


def ranges(cuts: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Where a range of the tour begins and which piece it belongs to: 0, or the cut around it, from 1 on."""
    bounds, owner = [0], [0]
    around: list[tuple[int, int]] = []  # open cuts: end and number
    for number, (low, high) in enumerate(cuts, 1):
        while around and around[-1][0] <= low:
            end, _ = around.pop()
            bounds.append(end)
            owner.append(around[-1][1] if around else 0)
        bounds.append(low)
        owner.append(number)
        around.append((high, number))
    while around:
        end, _ = around.pop()
        bounds.append(end)
        owner.append(around[-1][1] if around else 0)
    return bounds, owner


def cut_off(tree: Tree, vertices: Iterable[int]) -> None:
    """Take away dead ends that begin at any of these vertices."""
    for u in vertices:
        while u not in tree.terminals and len(tree.joined.get(u, ())) == 1:
            (v,) = tree.joined[u]
            tree.part(u, v)
            u = v


def stray(tree: Tree, pieces: Pieces, path: list[int], rng: random.Random) -> int:
    """A vertex outside all pieces a few edges from a path, 0 if a random walk meets none."""
    u = rng.choice(path)
    for _ in range(rng.randint(1, 3)):
        u = rng.choice(list(tree.near[u]))
    return u if pieces.piece_of(u) < 0 else 0


def step(tree: Tree, rng: random.Random, allowance: float) -> bool:
    """Replace some key paths, unless that costs more than `allowance`; whether it did."""
    before = tree.cost
    paths = tree.region(rng, 1 + int(MOST_PATHS * rng.random() ** 2))
    pieces = Pieces(tree, paths, rng)
    removed = before - tree.cost
    declared = []
    while rng.random() < 0.65:
        vertex = stray(tree, pieces, rng.choice(paths), rng)
        if vertex and vertex not in declared:
            pieces.declare(vertex)
            declared.append(vertex)
    spare = sum(min(tree.near[vertex].values()) for vertex in declared)
    if pieces.join_all(removed + allowance + spare):
        cut_off(tree, [u for path in paths for u in (path[0], path[-1])] + declared)
        if tree.cost <= before + allowance + 1e-9 * before:
            tree.settle()
            return True
    tree.take_back(before)
    return False


def search(tree: Tree, rng: random.Random) -> Iterator[list[tuple[int, int]]]:
    """Yield the edges of ever cheaper trees until the time is nearly over."""
    yield tree.edges()
    if len(tree.order) < 2:
        return
    best = shown = tree.cost
    kept: list[tuple[int, int]] = []
    steps = 0
    heat = HEAT * tree.cost / len(tree.order)
    begin = now = shown_s = time.perf_counter()
    while now < STOP_S:
        left = max(0.0, 1 - (now - begin) / (0.9 * (STOP_S - begin)))
        if step(tree, rng, -heat * left * math.log(1 - rng.random())) and tree.cost < best * (1 - 1e-9):
            best, kept = tree.cost, tree.edges()
        steps += 1
        if steps % 8 == 0:
            now = time.perf_counter()
            if best < shown and now - shown_s > PAUSE_S:
                yield kept
                shown, shown_s = best, now
    if best < shown:
        yield kept
