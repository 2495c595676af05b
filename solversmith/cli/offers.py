"""What `models` and `methods` have in common: a list of names with a line on each."""

from __future__ import annotations

from collections.abc import Mapping

from solversmith import errors
from solversmith.cli.terminal import say, say_json


def listed(what: str, offers: Mapping[str, str], name: str | None, as_json: bool) -> int:
    """Print every offer, or the one of this name. Raises `UnknownName`."""
    if name is not None and name not in offers:
        raise errors.UnknownName(what, name, offers)
    chosen = dict(offers) if name is None else {name: offers[name]}
    if as_json:
        say_json({f"{what}s": chosen})
        return errors.DONE
    width = max(map(len, chosen), default=0)
    for key, summary in chosen.items():
        say(f"{key.ljust(width)}  {summary}")
    return errors.DONE
