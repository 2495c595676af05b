"""Results that were not made here: claimed objectives, and solution files, checked like any answer."""

from __future__ import annotations

import importlib.util
import json
import math
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from frontierco.cases import CaseData
from frontierco.definition import Definition
from frontierco.gap import gap
from frontierco.published import published_score
from frontierco.readers.text import BOM
from frontierco.scoring import LossRule
from solversmith.contract import PUBLISHED, ArraySpec, CaseScore, Verdict
from solversmith.errors import BadData


def claimed(definition: Definition, name: str, data: CaseData, objective: float, rule: LossRule) -> CaseScore:
    """The score of an objective that somebody states; nothing of it was checked."""
    best = data.target
    found = None if best is None else gap(objective, best, definition.sense)
    published = None
    if data.best_known is not None:
        published = published_score(objective, data.best_known.published_value)
    loss = found
    if rule.scoring == PUBLISHED:
        loss = None if published is None else 1.0 - published
    metrics = {
        "size": data.instance.size,
        "part": data.part,
        "objective": objective,
        "best_known": None if data.best_known is None else data.best_known.value,
        "gap": found,
        "published_score": published,
        "convention": data.convention,
    }
    return CaseScore(name, Verdict.OK, loss, metrics, fingerprint={"objective": objective})


def solution(
    definition: Definition, harness: Path, data: CaseData, text: bytes, file: Path
) -> Mapping[str, NDArray[Any]]:
    """The arrays of a solution file: what a program would yield, as JSON or in the problem's own format.

    JSON is a dict with the published keys, or the one value where there is one key. Else the file is what
    the problem's `read_solution` takes, or the integers of its one key, counted as programs count. A byte
    order mark and the line ends of any system are taken. Raises `BadData`.
    """
    text = text.removeprefix(BOM).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    specs = definition.answer(data.instance)
    value = _value(definition, specs, data, text, file)
    if not isinstance(value, dict) and len(specs) == 1:
        value = {next(iter(specs)): value}
    try:
        arrays = _loaded(harness).answer(value, definition.pack(data.instance))
        return {key: _declared(arrays[key], spec) for key, spec in specs.items()}
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise BadData(f"no solution of this problem: {error}", file) from None


def _value(
    definition: Definition, specs: Mapping[str, ArraySpec], data: CaseData, text: bytes, file: Path
) -> Any:
    if text.lstrip()[:1] in (b"{", b"["):
        try:
            return json.loads(text, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise BadData(f"no JSON that can be read ({error})", file) from None
    if definition.read_solution is not None:
        return definition.read_solution(text, data.instance, file)
    if len(specs) != 1:
        keys = ", ".join(key for key in specs if key != definition.claim)
        words = f"no JSON, and no other format of solutions of {definition.name} is read"
        raise BadData(f"{words}; expected a dict with the keys {keys}", file)
    try:
        return [int(token) for token in text.split()]
    except ValueError as error:
        raise BadData(f"neither JSON nor a list of integers ({error})", file) from None


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


def _declared(array: Any, spec: ArraySpec) -> NDArray[Any]:
    found = np.ascontiguousarray(array, dtype=spec.dtype)
    if found.dtype.kind == "f" and not math.isfinite(float(np.abs(found).max(initial=0.0))):
        raise ValueError("it has numbers that are not finite")
    return found.reshape(spec.resolve(found.nbytes))


def _loaded(harness: Path) -> ModuleType:
    """The problem's own harness, which makes arrays of an answer there and here."""
    spec = importlib.util.spec_from_file_location(f"harness_of_{harness.parent.name}", harness)
    if spec is None or spec.loader is None:
        raise BadData("can't be imported", harness)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
