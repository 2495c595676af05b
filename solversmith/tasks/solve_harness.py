"""Runs inside the sandbox: an encoded instance to the arguments of `solve`, and its answer encoded."""

import json
from typing import Any

from solversmith.tasks.encoding import decode, encode


def arguments(payload: bytes) -> tuple[tuple[()], dict[str, Any]]:
    """The instance as keyword arguments."""
    return (), {str(key): value for key, value in decode(json.loads(payload)).items()}


def answer(value: Any, payload: bytes) -> dict[str, Any]:
    """A dict with names as keys; what it means is decided elsewhere."""
    if not isinstance(value, dict):
        raise ValueError(f"expected a dict, got {type(value).__name__}")
    return {"solution": encode({str(key): item for key, item in value.items()}, "the answer")}
