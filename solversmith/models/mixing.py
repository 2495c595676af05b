"""What mixtures of models have in common: how they are written, and which member a number stands for."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from solversmith import models
from solversmith.contract.model import Completion, Mixture, Model, Price, Request
from solversmith.errors import UsageError
from solversmith.records.codec import sha256

_NUMBER = re.compile(r"=\s*(?P<number>[0-9.]+(?:e-?\d+)?)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Members:
    """Several models under one name. A member without a price leaves the whole without one."""

    name: str
    members: Mapping[str, Model]

    @property
    def price(self) -> Price | None:
        """The dearest of each, as a bound; the ledger has each member's own."""
        prices = [model.price for model in self.members.values()]
        known = [price for price in prices if price is not None]
        if len(known) < len(prices):
            return None
        cached = [price.input_usd if price.cached_usd is None else price.cached_usd for price in known]
        return Price(max(p.input_usd for p in known), max(p.output_usd for p in known), max(cached))

    @property
    def content(self) -> str | None:
        """A digest of the files that members answer from; `None` if none does."""
        found = {name: getattr(model, "content", None) for name, model in self.members.items()}
        return sha256(repr(sorted(found.items())))[:16] if any(found.values()) else None

    def answered(self, request: Request, key: str, choose: Callable[[Request], str]) -> Completion:
        """By the member that the request names; else by the one that `choose` names."""
        return self.members[request.model or choose(request)].complete(request, key)


def parts(argument: str, what: str) -> list[tuple[str, float | None]]:
    """Names and numbers of `NAME=NUMBER,NAME=NUMBER,...`; the numbers may be left out, all of them.

    A name may hold colons and equals signs: the number stands behind the last one. One that holds a comma, a
    space or a brace stands in braces: `{command:agent --fast=1}=.3`. Raises `UsageError`.
    """
    texts = _split(argument, what)
    if len(texts) < 2:
        raise UsageError(f"{what!r} needs two models or more: write {what}:NAME=NUMBER,NAME=NUMBER")
    found = [_part(text, what) for text in texts]
    if len({number is None for _, number in found}) > 1:
        raise UsageError(f"{what}:{argument} states numbers for some models and not for all")
    return found


def _split(argument: str, what: str) -> list[str]:
    """At the commas that stand outside braces."""
    texts, depth = [""], 0
    for letter in argument:
        depth += (letter == "{") - (letter == "}")
        if depth < 0:
            break
        if letter == "," and depth == 0:
            texts.append("")
        else:
            texts[-1] += letter
    if depth != 0:
        raise UsageError(f"the braces of {what}:{argument} don't match")
    return [text.strip() for text in texts]


def _part(text: str, what: str) -> tuple[str, float | None]:
    if text.startswith("{"):
        end = text.rindex("}")
        name, rest = text[1:end], text[end + 1 :].strip()
        number = _NUMBER.fullmatch(rest)
        if not name.strip() or (rest and number is None):
            raise UsageError(f"{text!r} of {what!r} is not {{NAME}}=NUMBER")
        return name.strip(), None if number is None else _value(number["number"], text)
    name, equals, rest = text.rpartition("=")
    number = _NUMBER.fullmatch(f"={rest}") if equals else None
    name = text if number is None else name.strip()
    if not name or re.search(r"[\s{}]", name):
        raise UsageError(f"{text!r} of {what!r} is no NAME=NUMBER; a name with spaces stands in braces")
    return name, None if number is None else _value(number["number"], text)


def _value(number: str, text: str) -> float:
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise UsageError(f"the number of {text!r} can't be read")
    return value


def built(names: Sequence[str], options: Mapping[str, Any], what: str) -> dict[str, Model]:
    """The members by name. A price that is given counts for those that have none of their own.

    Raises `UsageError` where one stands twice, or is itself a mixture; and whatever a member raises.
    """
    plain = {key: value for key, value in options.items() if not key.startswith("price")}
    found: dict[str, Model] = {}
    for name in names:
        model = models.build(name, plain)
        if model.price is None:
            model = models.build(name, options)
        if isinstance(model, Mixture):
            raise UsageError(
                f"{name!r} is a mixture in {what!r}: name all models in one, each with its number"
            )
        if model.name in found:
            raise UsageError(f"{model.name!r} stands twice in {what!r}")
        found[model.name] = model
    return found


def draw(seed: int, number: int) -> float:
    """From 0 to below 1, the same everywhere for the same seed and proposal."""
    digest = hashlib.sha256(f"mixture {seed} {number}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def at(share: float, weights: Mapping[str, float]) -> str | None:
    """The name whose part of the line from 0 holds `share`; `None` behind the last one."""
    end = 0.0
    for name, weight in weights.items():
        end += weight
        if share < end:
            return name
    return None
