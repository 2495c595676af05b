"""Keys never enter a record: what holds the value of one is not written, or written without it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace

from solversmith.contract.model import Completion
from solversmith.errors import InternalFault

NAMES = re.compile(r"(?:.*_)?(?:APIKEY|KEY|TOKEN|SECRET|PASSWORD)", re.IGNORECASE)
_LEAST = 12  # shorter values are stand-ins such as `none`, and stand in many texts
_REPLACED = "[key]"


class Keys:
    """The values of the environment's key variables, as they are now."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        known = os.environ if environ is None else environ
        found = {
            value.strip(): name
            for name, value in known.items()
            if NAMES.fullmatch(name) and len(value.strip()) >= _LEAST
        }
        # The longest first: one key may begin with another.
        self._values = dict(sorted(found.items(), key=lambda pair: -len(pair[0])))

    def refuse(self, text: str) -> None:
        """Raise `InternalFault`, naming the variable but not its value, if the text holds a key."""
        for value, name in self._values.items():
            if value in text:
                raise InternalFault(
                    f"a text that was to be recorded holds the value of {name}; it was not written. "
                    "Take the key out of the problem, the program or the prompt"
                )

    def redact(self, text: str) -> str:
        """The text with every key replaced, for what models, servers and errors say."""
        for value in self._values:
            text = text.replace(value, _REPLACED)
        return text

    def hide(self, error: BaseException) -> None:
        """Take every key out of what an error says, for it is shown to a person."""
        if self.redact(said := str(error)) != said:
            error.args = (self.redact(said),)

    def redacted(self, completion: Completion) -> Completion:
        """A completion without keys. It is bought, so it is kept, whatever a model says."""
        measured = completion.measured
        told = repr(measured)
        return replace(
            completion,
            text=self.redact(completion.text),
            model=self.redact(completion.model),
            finish_reason=self.redact(completion.finish_reason),
            reasoning=self.redact(completion.reasoning),
            measured=measured if self.redact(told) == told else {},
        )
