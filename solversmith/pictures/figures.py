"""Figures of matplotlib, written where they belong as PNG files or as bytes."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from solversmith.errors import MissingPrerequisite


class Figures:
    """Makes figures and writes them where they belong."""

    def __init__(self, folder: Path) -> None:
        try:
            import matplotlib as mpl
        except ImportError as error:
            raise MissingPrerequisite("pictures need matplotlib: pip install 'solversmith[plots]'") from error
        mpl.use("Agg")
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MissingPrerequisite(f"{folder} can't be written to ({error.strerror or error})") from error

    def page(self, name: str, size: tuple[float, float]) -> _Page:
        """A figure that is written when the block is left without an error."""
        return _Page(self.folder / name, size)


class _Page:
    def __init__(self, path: Path, size: tuple[float, float]) -> None:
        self.path, self.size = path, size

    def __enter__(self) -> Any:
        from matplotlib.figure import Figure

        self.figure = Figure(figsize=self.size, layout="constrained")
        return self.figure

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            try:
                self.figure.savefig(self.path, dpi=110)
            except OSError as error:
                raise MissingPrerequisite(
                    f"{self.path} can't be written ({error.strerror or error})"
                ) from error


def as_svg(size: tuple[float, float], draw: Callable[[Any], None]) -> str:
    """A drawing as the text of an SVG file, the same for the same drawing: no date, no random names.

    Letters stay text, so that it is small and can be searched.

    Raises
    ------
    MissingPrerequisite
        matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingPrerequisite("pictures need matplotlib: pip install 'solversmith[plots]'") from error
    stream = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "solversmith", "svg.fonttype": "none", "backend": "Agg"}):
        figure = Figure(figsize=size, layout="constrained")
        draw(figure)
        figure.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()
