"""What makes a run: its settings, how two of them differ, and the name they give."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from solversmith.errors import SettingsDiffer
from solversmith.records.codec import canonical_json, sha256
from solversmith.store import toml

IDENTITY, ENVIRONMENT, ASKED = "identity", "environment", "asked"
_NAMING = ("problem", "method", "model", "seed")
_MOST_PREFIX = 80
_DIGESTED = {
    "content.texts": "the texts of the problem (statement, template or harness)",
    "content.dev": "the dev cases or their limits",
    "content.test": "the test cases or their limits",
    "content.reference": "the reference or the best-known values",
    "content.solver_environment": "the versions of Python or of the packages that programs run with",
    "content.method": "the file of the method",
    "content.model": "what the model answers from",
}


def resolved(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as they read back from `run.toml`: all three parts, no `None`, tuples as lists."""
    whole = {part: settings.get(part) or {} for part in (ASKED, IDENTITY, ENVIRONMENT)}
    return tomllib.loads(toml.dumps(whole))


def default_name(settings: Mapping[str, Any]) -> str:
    """A readable name with a hash of the identity: the same settings always give the same name."""
    identity = resolved(settings)[IDENTITY]
    parts = [_slug(str(identity[key]), "s" if key == "seed" else "") for key in _NAMING if key in identity]
    prefix = "-".join(part for part in parts if part)[:_MOST_PREFIX].strip("-.") or "run"
    return f"{prefix}-{sha256(canonical_json(identity))[:8]}"


def refuse_difference(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Raise `SettingsDiffer`, listing every key of the identity that differs."""
    changes = differences(old, new)
    if changes:
        listed = "; ".join(_told(key, was, now) for key, (was, now) in changes.items())
        raise SettingsDiffer(
            f"run {name!r} exists with other settings ({listed}); give the old settings to continue it, "
            "or another --name to start a new run"
        )


def _told(key: str, was: str, now: str) -> str:
    # Digests tell nobody anything.
    return f"{_DIGESTED[key]} changed" if key in _DIGESTED else f"{key}: {was} -> {now}"


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Dotted key to (old, new) as text, for every value that is not equal."""
    was, now = dict(_flat(old)), dict(_flat(new))
    keys = [*was, *(key for key in now if key not in was)]
    pairs = {key: (was.get(key, "nothing"), now.get(key, "nothing")) for key in keys}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def _flat(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", repr(value)


def _slug(text: str, prefix: str) -> str:
    # A path names a script or a problem folder by its last part alone.
    head, _, tail = text.partition(":")
    short = "-".join(part.rstrip("/").rsplit("/", 1)[-1] for part in (head, tail) if part)
    return prefix + re.sub(r"[^a-z0-9.]+", "-", short.lower().replace("=", "")).strip("-.")
