"""Whether our packages are ours: in a worker, Ray puts the user's folder first, which may hold a `problems/`.

Standard library only: this is imported before anything that a folder of somebody's could stand in for.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path

SIBLINGS = ("codepde", "frontierco", "problems", "sandbox")


def mend(root: Path | None = None, names: Iterable[str] = SIBLINGS) -> list[str]:
    """See to it that these packages come from beside `solversmith`; the ones that did not.

    Raises
    ------
    ImportError
        They don't lie there: the installation on this machine is not whole.
    """
    root = root or Path(__file__).resolve().parents[2]
    wrong = [name for name in names if not _is_at(name, root)]
    if not wrong:
        return []
    sys.path.insert(0, str(root))
    importlib.invalidate_caches()
    for name in wrong:
        for module in [each for each in sys.modules if each == name or each.startswith(f"{name}.")]:
            del sys.modules[module]
    if missing := [name for name in wrong if not _is_at(name, root)]:
        raise ImportError(
            f"{', '.join(missing)} do not lie beside solversmith in {root}: install solversmith whole, "
            "and in the same version, on every node"
        )
    return wrong


def _is_at(name: str, root: Path) -> bool:
    module = sys.modules.get(name)
    try:
        spec = importlib.util.find_spec(name) if module is None else module.__spec__
    except ValueError:  # a module that was made by hand
        spec = None
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    return bool(places) and Path(places[0]).resolve() == (root / name).resolve()
