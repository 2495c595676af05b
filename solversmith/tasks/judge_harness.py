"""Runs inside the sandbox, in another box than the program did: what `eval_func` and `norm_score` say."""

import json
from typing import Any

from solversmith.tasks.encoding import decode, encode


def arguments(payload: bytes) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Instance, solution, and where the instance stands in its file."""
    about = json.loads(payload)
    try:
        solution = decode(about["solution"])
    except Exception:  # noqa: BLE001 (a program may have written anything)
        solution = None
    return (decode(about["instance"]), solution, about["case"], about["index"], about["count"]), {}


def answer(value: Any, payload: bytes) -> dict[str, Any]:
    """The verdict of the task's own code."""
    return {"value": encode(value, "what eval_func returns")}
