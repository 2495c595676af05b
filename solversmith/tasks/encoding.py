"""Python values as JSON that says what they were, and back: None, bool, int, float, str, list, tuple, dict,
numpy arrays of numbers, and networkx graphs. Anything else is refused by its type.

The source of this module runs inside the sandbox too, where nothing of this project is: it imports the
standard library, numpy and networkx only, the latter two where they are met.
"""

import base64
import math
import sys
from typing import Any

MOST_DEPTH = 60
_MOST_INTEGER = 2**63 - 1
_NUMBERS = "biuf"


class NotImportable(ValueError):
    """A value of a type that does not cross."""


def encode(value: Any, place: str = "it", depth: int = 0) -> Any:
    """JSON values of a value. Raises `NotImportable`, which names the place and the type."""
    if depth > MOST_DEPTH:
        raise NotImportable(f"{place} is nested more than {MOST_DEPTH} deep")
    if value is None or isinstance(value, (bool, str)):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, int):
        return int(value) if abs(value) <= _MOST_INTEGER else {"int": str(int(value))}
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"float": repr(float(value))}
    kind = type(value)
    if kind is list:
        return [encode(item, f"{place}[{i}]", depth + 1) for i, item in enumerate(value)]
    if kind is tuple:
        return {"tuple": [encode(item, f"{place}[{i}]", depth + 1) for i, item in enumerate(value)]}
    if isinstance(value, dict) and kind.__module__ in ("builtins", "collections"):
        return {
            "dict": [
                [encode(key, f"a key of {place}", depth + 1), encode(item, f"{place}[{key!r}]", depth + 1)]
                for key, item in value.items()
            ]
        }
    return _of_a_library(value, place, depth)


def decode(value: Any) -> Any:
    """The value that `encode` made this of. Raises `ValueError` for what it never makes."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) != 1:
        raise ValueError("no encoded value: expected one key that names a type")
    ((kind, body),) = value.items()
    if kind == "tuple":
        return tuple(decode(item) for item in body)
    if kind == "dict":
        return {decode(key): decode(item) for key, item in body}
    if kind == "int":
        return int(body)
    if kind == "float":
        return float(body)
    if kind == "ndarray":
        return _array(*body)
    if kind == "graph":
        return _graph(*body)
    raise ValueError(f"no encoded value: unknown type {kind!r}")


def _of_a_library(value: Any, place: str, depth: int) -> Any:
    numpy, networkx = sys.modules.get("numpy"), sys.modules.get("networkx")
    if numpy is not None and isinstance(value, numpy.generic) and value.dtype.kind in _NUMBERS:
        return encode(value.item(), place, depth)
    if numpy is not None and type(value) is numpy.ndarray:
        if value.dtype.kind not in _NUMBERS:
            raise NotImportable(f"{place} is a numpy array of {value.dtype}, which does not cross")
        plain = numpy.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
        return {"ndarray": [plain.dtype.str, list(value.shape), base64.b64encode(plain.tobytes()).decode()]}
    if networkx is not None and isinstance(value, networkx.Graph):
        deeper = depth + 2
        nodes = [
            [encode(n, f"a node of {place}", deeper), encode(dict(a), f"node {n!r} of {place}", deeper)]
            for n, a in value.nodes(data=True)
        ]
        edges = [
            [
                encode(u, f"an edge of {place}", deeper),
                encode(v, f"an edge of {place}", deeper),
                encode(dict(a), f"edge {u!r}-{v!r} of {place}", deeper),
            ]
            for u, v, a in value.edges(data=True)
        ]
        about = encode(dict(value.graph), f"{place}.graph", deeper)
        return {"graph": [value.is_directed(), value.is_multigraph(), nodes, edges, about]}
    name = f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
    raise NotImportable(f"{place} is of type {name}, which does not cross")


def _array(dtype: str, shape: Any, content: str) -> Any:
    import numpy

    found = numpy.dtype(dtype)
    if found.kind not in _NUMBERS:
        raise ValueError(f"no encoded value: an array of {dtype!r}")
    return numpy.frombuffer(base64.b64decode(content), dtype=found).reshape(shape).copy()


def _graph(directed: bool, multi: bool, nodes: Any, edges: Any, about: Any) -> Any:
    import networkx

    kinds: Any = {
        (False, False): networkx.Graph,
        (True, False): networkx.DiGraph,
        (False, True): networkx.MultiGraph,
        (True, True): networkx.MultiDiGraph,
    }
    graph = kinds[bool(directed), bool(multi)]()
    graph.graph.update(decode(about))
    graph.add_nodes_from((decode(node), decode(attributes)) for node, attributes in nodes)
    graph.add_edges_from((decode(u), decode(v), decode(attributes)) for u, v, attributes in edges)
    return graph
