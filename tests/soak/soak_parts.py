"""What of the soak ran and what did not: told at the end, since a part that was left out proves nothing."""

from __future__ import annotations

import pytest

ran: dict[str, str] = {}


def need(request: pytest.FixtureRequest, missing: str, part: str = "") -> None:
    """Go on, or leave this part out and say so; without a name it is the whole module."""
    part = part or _module(request)
    if missing:
        ran[part] = f"not run: {missing}"
        pytest.skip(missing)
    ran.setdefault(part, "run")


def note(request: pytest.FixtureRequest, text: str, part: str = "") -> None:
    """Figures to tell with the part."""
    part = part or _module(request)
    ran[part] = f"{ran[part]}: {text}"


def _module(request: pytest.FixtureRequest) -> str:
    return str(request.module.__doc__).strip().splitlines()[0].rstrip(".")
