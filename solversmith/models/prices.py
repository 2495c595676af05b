"""The price of a model, as given by the person who pays."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from solversmith.contract.model import Price
from solversmith.errors import UsageError


def price_of(options: Mapping[str, Any]) -> Price | None:
    """The price in `options`; `None` if none is given.

    `price` is a `Price`, or text `IN/OUT` or `IN/OUT/CACHED` in USD per million tokens; or `price_in`,
    `price_out` and, if they differ, `price_cached` are numbers; `price_date` is when they were read.
    Raises `UsageError`.
    """
    price = options.get("price")
    if isinstance(price, Price):
        return price
    given: list[Any] = [options.get(key) for key in ("price_in", "price_out", "price_cached")]
    if price is not None:
        given = [*str(price).split("/")]
    if all(value is None for value in given):
        return None
    numbers = [_usd(value) for value in given if value is not None]
    if len(numbers) not in (2, 3) or given[0] is None or given[1] is None:
        raise _wrong(price if price is not None else given)
    cached = numbers[2] if len(numbers) == 3 else None
    return Price(numbers[0], numbers[1], cached, str(options.get("price_date") or ""))


def _usd(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise _wrong(value) from None
    if not (math.isfinite(number) and number >= 0):
        raise _wrong(value)
    return number


def _wrong(value: object) -> UsageError:
    return UsageError(
        f"the price {value!r} can't be read: give IN/OUT in USD per million tokens, such as --price 1.25/10"
    )
