"""The model `command:CMD`: any program of yours that reads a prompt and prints an answer.

The prompt is Markdown on its standard input (`conversation.as_markdown`), the completion is all of its
standard output. It is started afresh for every request, without a shell, with your environment and

    SOLVERSMITH_ROLE, SOLVERSMITH_SEED, SOLVERSMITH_SAMPLE, SOLVERSMITH_CALL, SOLVERSMITH_MAX_OUTPUT_TOKENS

of which the call is the same for every try of it. It runs as you do: nothing confines it.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from solversmith.contract.model import Completion, Price, Request
from solversmith.errors import CallFailed, CallInDoubt, MissingPrerequisite, UsageError
from solversmith.models.conversation import as_markdown, estimated
from solversmith.models.prices import price_of

SUMMARY = "a program of yours: prompt on standard input, completion on standard output; command:CMD"
DEFAULT_TIMEOUT_S = 1800.0
_MOST_SAID = 300


@dataclass(frozen=True)
class CommandModel:
    """Starts the command for every request. What it costs is unknown unless a price is given."""

    name: str
    words: tuple[str, ...]
    price: Price | None = None
    timeout_s: float = DEFAULT_TIMEOUT_S

    def complete(self, request: Request, key: str) -> Completion:
        """What the command prints. Tokens are estimated at four bytes.

        Raises
        ------
        CallFailed
            It can't be started; or it ended with another code than 0, or printed nothing, which is charged.
        CallInDoubt
            It was not done in time, and was killed with all that it had started.
        """
        prompt = as_markdown(request).encode("utf-8", "replace")
        try:
            process = subprocess.Popen(
                self.words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, **_about(request, key)},
                start_new_session=True,
            )
        except OSError as error:
            said = f"{self.name!r} can't be started: {error.strerror or error}"
            raise CallFailed(said, retry=False, sent=False) from error
        with process:
            try:
                printed, said_aside = process.communicate(prompt, self.timeout_s)
            except BaseException as error:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                if isinstance(error, subprocess.TimeoutExpired):
                    late = f"{self.name!r} was not done within {self.timeout_s:g} s"
                    raise CallInDoubt(late, retry=True) from error
                raise
        return self._read(request, process.returncode, printed, said_aside)

    def _read(self, request: Request, code: int, printed: bytes, said_aside: bytes) -> Completion:
        text = printed.decode("utf-8", "replace")
        if code != 0 or not text.strip():
            why = "printed nothing" if code == 0 else f"ended with code {code}"
            aside = " ".join(said_aside.decode("utf-8", "replace").split())[-_MOST_SAID:]
            raise CallFailed(f"{self.name!r} {why}: {aside or 'no message'}", retry=True, charged=True)
        return Completion(text, self.name, usage=estimated(request, text))


def _about(request: Request, key: str) -> dict[str, str]:
    return {
        "SOLVERSMITH_ROLE": request.role,
        "SOLVERSMITH_SEED": str(request.seed),
        "SOLVERSMITH_SAMPLE": str(request.sample),
        "SOLVERSMITH_CALL": key,
        "SOLVERSMITH_MAX_OUTPUT_TOKENS": str(request.max_output_tokens),
    }


def build(argument: str, options: Mapping[str, Any]) -> CommandModel:
    """The model from a command line, split as a shell does it. Options: a price, `timeout_s`.

    Raises `UsageError` without one, `MissingPrerequisite` if its program is not there.
    """
    try:
        words = tuple(shlex.split(argument))
    except ValueError as error:
        raise UsageError(f"the command {argument!r} can't be read: {error}") from None
    if not words:
        raise UsageError("the model 'command' needs a command: write --model 'command:CMD ARGUMENT ...'")
    if shutil.which(words[0]) is None:
        raise MissingPrerequisite(f"there is no program {words[0]!r} to run as a model")
    timeout_s = float(options.get("timeout_s") or DEFAULT_TIMEOUT_S)
    return CommandModel(f"command:{argument}", words, price_of(options), timeout_s)
