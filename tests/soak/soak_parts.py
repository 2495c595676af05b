"""What of the soak ran and what did not: told at the end, since a part that was left out proves nothing."""

from __future__ import annotations

import pytest

ran: dict[str, str] = {}


def need(request: pytest.FixtureRequest, missing: str) -> None:
    """Go on, or leave this part out and say so."""
    part = request.module.__doc__.strip().splitlines()[0]
    if missing:
        ran[part] = f"not run: {missing}"
        pytest.skip(missing)
    ran.setdefault(part, "run")


def note(request: pytest.FixtureRequest, text: str) -> None:
    """Figures to tell with the part."""
    part = request.module.__doc__.strip().splitlines()[0]
    ran[part] = f"{ran[part]}; {text}" if part in ran else text
