"""Records to JSON and back. Strict: no NaN, no unknown key, no missing one."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from solversmith.records.run import RECORD_TYPES, Record, RoundRecord
from solversmith.records.verdict import Verdict

FORMAT_VERSION = 1
MOST_BYTES = 4096
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_PLAIN = frozenset({str, int, float, bool, type(None)})
_TUPLES = {"parents", "context", "cutoff"}


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces. Raises `ValueError` for NaN and infinities."""
    return _ENCODER.encode(value)


def sha256(text: str) -> str:
    """SHA-256 of the UTF-8 bytes, as hex. Lone surrogates are kept apart (`surrogatepass`)."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def to_json(record: Record) -> dict[str, Any]:
    """The record as plain JSON values, with its kind and the format version."""
    body = {field.name: _plain(getattr(record, field.name)) for field in dataclasses.fields(record)}
    return {"v": FORMAT_VERSION, "kind": record.kind, **body}


def from_json(line: Mapping[str, Any]) -> Record:
    """The record that `to_json` made this of. Raises `ValueError` if it is none of this version."""
    if line.get("v") != FORMAT_VERSION:
        raise ValueError(f"record format {line.get('v')!r}, expected {FORMAT_VERSION}")
    cls = RECORD_TYPES.get(str(line.get("kind")))
    if cls is None:
        raise ValueError(f"no record kind {line.get('kind')!r}")
    known, needed = _keys(cls.kind)
    body = dict(line)
    del body["v"], body["kind"]
    if not body.keys() <= known:
        raise ValueError(f"unknown keys in a {cls.kind} record: {sorted(body.keys() - known)}")
    if not needed <= body.keys():
        raise ValueError(f"a {cls.kind} record lacks {sorted(needed - body.keys())}")
    if "verdict" in body:
        body["verdict"] = Verdict(body["verdict"])
    if cls is RoundRecord:
        body["cases"] = tuple((name, Verdict(verdict), loss) for name, verdict, loss in body["cases"])
    for key in _TUPLES & body.keys():
        body[key] = None if body[key] is None else tuple(body[key])
    record: Record
    if len(body) == len(known):
        # All there, as in whatever is written today. A frozen dataclass sets field by field, which took
        # half of the time to open a long run.
        record = object.__new__(cls)
        vars(record).update(body)
    else:
        record = cls(**body)
    return record


@functools.cache
def _keys(kind: str) -> tuple[frozenset[str], frozenset[str]]:
    """All that a record of this kind may have, and what it must have."""
    fields = dataclasses.fields(RECORD_TYPES[kind])
    missing = dataclasses.MISSING
    needed = (f.name for f in fields if f.default is missing and f.default_factory is missing)
    return frozenset(f.name for f in fields), frozenset(needed)


def _plain(value: Any) -> Any:
    if type(value) in _PLAIN:  # nearly all are, and what follows asks an abstract class
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value
