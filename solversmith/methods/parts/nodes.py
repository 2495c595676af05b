"""A tree of candidates that is never changed: adding a node makes the nodes above it anew."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from solversmith.ranking import Result, result
from solversmith.records.run import CandidateRecord

Path = tuple[str, ...]  # ids from below the root to a node
NO_RESULT: Result = (1 << 31, math.inf)


@dataclass(frozen=True)
class Node:
    """A candidate, or the root; how often the search came by, and the best result of its children."""

    candidate: CandidateRecord | None = None
    visits: int = 0
    value: Result = NO_RESULT
    children: tuple[Node, ...] = ()

    @property
    def holder(self) -> CandidateRecord:
        """The candidate of a node that is not the root."""
        assert self.candidate is not None, "the root holds no candidate"
        return self.candidate

    @cached_property
    def id(self) -> str:
        """The candidate's."""
        return self.holder.id


def grown(root: Node, path: Path, candidate: CandidateRecord) -> Node:
    """The tree with a child at the end of a path; every node on the way is visited once more.

    The value of a node is the best of its children's; of one without children, its own result.
    Raises `KeyError` for a path that leads nowhere.
    """
    if not path:
        children = (*root.children, Node(candidate, 1, result(candidate)))
    else:
        children = tuple(
            grown(child, path[1:], candidate) if child.id == path[0] else child for child in root.children
        )
        if all(child is old for child, old in zip(children, root.children, strict=True)):
            raise KeyError(path[0])
    return Node(root.candidate, root.visits + 1, min(child.value for child in children), children)


def node_at(root: Node, path: Path) -> Node:
    """The node at the end of a path. Raises `KeyError`."""
    return nodes_along(root, path)[-1] if path else root


def nodes_along(root: Node, path: Path) -> Sequence[Node]:
    """The nodes of a path from below the root. Raises `KeyError`."""
    found: list[Node] = []
    for name in path:
        child = next((child for child in root.children if child.id == name), None)
        if child is None:
            raise KeyError(name)
        found.append(child)
        root = child
    return found


def nodes_below(node: Node) -> Sequence[Node]:
    """The node and all below it, in order of making along each branch."""
    found, left = [], [node]
    while left:
        found.append(left.pop())
        left.extend(reversed(found[-1].children))
    return found
