"""Texts of a page, each in it once: where it stands again a link leads to the first place."""

from __future__ import annotations

from html import escape

from solversmith.quoting import capped, cleaned
from solversmith.records.codec import sha256

_MOST = 60_000  # characters of one text; a program that prints more than that has said enough


class Texts:
    """What was shown so far. `once` is the only way in which long texts get into a page."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix  # of anchors: each run of a page has one of its own
        self._where: dict[str, tuple[str, str]] = {}

    def once(self, text: str, where: str, html: str | None = None) -> str:
        """The text in a `pre`, or a link to where it stands.

        Parameters
        ----------
        where
            What a link to it says: "c0007, round 1".
        html
            The text as HTML, where it is more than plain: made by `code`.
        """
        sha = sha256(text)
        if sha in self._where:
            anchor, first = self._where[sha]
            return f'<p class=same><a href="#{anchor}">the same text as in {escape(first)}</a></p>'
        anchor = f"{self._prefix}t{len(self._where)}"
        self._where[sha] = (anchor, where)
        body = escape(cleaned(capped(text, _MOST))) if html is None else html
        return f"<pre id={anchor} tabindex=0>{body}</pre>"
