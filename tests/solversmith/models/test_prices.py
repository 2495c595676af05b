"""Prices as people write them."""

from __future__ import annotations

from typing import Any

import pytest

from solversmith.contract.model import Price, TokenUsage
from solversmith.errors import UsageError
from solversmith.models.prices import price_of


@pytest.mark.parametrize(
    ("options", "price"),
    [
        ({}, None),
        ({"price": None}, None),
        ({"price": "1.25/10"}, Price(1.25, 10.0)),
        ({"price": "2/8/0.5", "price_date": "2026-11-01"}, Price(2.0, 8.0, 0.5, "2026-11-01")),
        ({"price_in": 1, "price_out": 2}, Price(1.0, 2.0)),
        ({"price": Price(3.0, 4.0)}, Price(3.0, 4.0)),
        ({"price": "0/0"}, Price(0.0, 0.0)),
    ],
)
def test_prices(options: dict[str, Any], price: Price | None) -> None:
    assert price_of(options) == price


@pytest.mark.parametrize(
    "options",
    [
        {"price": "cheap"},
        {"price": "1"},
        {"price": "1/2/3/4"},
        {"price": "1/-2"},
        {"price": "1/nan"},
        {"price": "1/"},
        {"price_in": 1},
        {"price_out": 1},
    ],
)
def test_what_is_no_price(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"--price 1\.25/10"):
        price_of(options)


def test_what_it_comes_to() -> None:
    usage = TokenUsage(input_tokens=1_000_000, output_tokens=500_000, cached_tokens=400_000)
    assert Price(2.0, 8.0, 0.5).cost_usd(usage) == pytest.approx(0.6 * 2 + 0.4 * 0.5 + 0.5 * 8)
