"""Runs inside the sandbox: a data file for `load_data`, and the instances that it returns."""

from pathlib import Path
from typing import Any

from solversmith.tasks.encoding import NotImportable, encode


def arguments(payload: bytes) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The path of a file in the scratch folder, written here; nothing for `get_dev`, which has no file."""
    name, _, content = payload.partition(b"\n")
    if not name:
        return (), {}
    file = Path(name.decode()).absolute()
    file.write_bytes(content)
    return (str(file),), {}


def answer(value: Any, payload: bytes) -> dict[str, Any]:
    """What was loaded, encoded; a single instance is a list of one."""
    if payload.startswith(b"\n"):
        return {"value": encode(value, "what get_dev returns")}
    if not isinstance(value, (list, tuple, dict)):
        raise NotImportable(f"load_data returns a {type(value).__name__}; expected a list of dicts")
    instances = [value] if isinstance(value, dict) else list(value)
    for instance in instances:
        if not isinstance(instance, dict):
            raise NotImportable(f"load_data returns a list of {type(instance).__name__}; expected dicts")
    return {"value": [encode(dict(instance), f"instance {i}") for i, instance in enumerate(instances)]}
