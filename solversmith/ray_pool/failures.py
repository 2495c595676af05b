"""Exceptions that cross between processes: as they are if they can, else as the nearest kind that can."""

from __future__ import annotations

import pickle
import traceback

from solversmith.errors import InternalFault


def portable(error: BaseException) -> BaseException:
    """The exception, or one of its kinds that says the same; where it was raised stands in a note."""
    where = "".join(traceback.format_exception(error))
    kept = error if _crosses(error) else _plain(error)
    if isinstance(kept, Exception):
        kept.add_note(where)
    return kept


def _plain(error: BaseException) -> BaseException:
    for kind in type(error).__mro__:
        if not issubclass(kind, Exception) or kind is Exception:
            break
        try:
            made: BaseException = kind(str(error))
        except Exception:  # noqa: BLE001 - it takes something else: try what it is a kind of
            continue
        if _crosses(made):
            return made
    return InternalFault(f"{type(error).__name__}: {error}")


def _crosses(error: BaseException) -> bool:
    try:
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes, made here
    except Exception:  # noqa: BLE001 - whatever its own code raises: it does not cross
        return False
    return type(copy) is type(error) and str(copy) == str(error)
