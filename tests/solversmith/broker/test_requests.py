"""Bounds hold whatever is asked."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from solversmith.broker.requests import input_bound, input_bytes, most_cost, request_text
from solversmith.contract.model import Message, Price, Request, TokenUsage

requests = st.builds(
    Request,
    st.lists(st.builds(Message, st.sampled_from(["system", "user"]), st.text(max_size=50)), max_size=4).map(
        tuple
    ),
    st.integers(1, 10_000),
    st.none() | st.floats(0, 2),
    sample=st.integers(0, 99),
)


@given(requests, requests)
def test_requests_are_equal_exactly_if_their_texts_are(one: Request, other: Request) -> None:
    assert (request_text(one) == request_text(other)) == (one == other)
    assert json.loads(request_text(one))["max_output_tokens"] == one.max_output_tokens


@given(requests, st.floats(0.01, 3))
def test_the_input_bound(request: Request, ratio: float) -> None:
    unseen, seen = input_bound(request, None), input_bound(request, ratio)
    assert input_bytes(request) + 16 <= unseen
    assert seen <= unseen
    assert seen >= min(ratio, 1) * input_bytes(request)


@given(requests, st.floats(0, 100), st.floats(0, 100), st.none() | st.floats(0, 100), st.data())
def test_no_usage_within_the_bounds_costs_more(
    request: Request, price_in: float, price_out: float, price_cached: float | None, data: st.DataObject
) -> None:
    price = Price(price_in, price_out, price_cached)
    most = most_cost(request, price, None)
    tokens_in = data.draw(st.integers(0, input_bound(request, None)))
    cached = data.draw(st.integers(0, tokens_in))
    usage = TokenUsage(tokens_in, data.draw(st.integers(0, request.max_output_tokens)), cached)
    assert most.usd is not None
    assert price.cost_usd(usage) <= most.usd * (1 + 1e-12)
    assert usage.input_tokens + usage.output_tokens <= most.tokens


def test_an_unknown_price_has_no_bound() -> None:
    assert most_cost(Request((Message("user", "ü"),), 5), None, None).usd is None


def test_bytes_are_counted_not_letters() -> None:
    assert input_bytes(Request((Message("user", "ü∂"),), 5)) == 5
