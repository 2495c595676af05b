"""Keys are kept out of records."""

from __future__ import annotations

import pytest

from solversmith.broker.keys import Keys
from solversmith.errors import InternalFault

SECRET = "sk-0123456789abcdef"


@pytest.mark.parametrize(
    "name",
    [
        "OPENAI_API_KEY",
        "MY_APIKEY",
        "HF_TOKEN",
        "GITHUB_TOKEN",
        "AWS_SECRET",
        "AWS_SECRET_ACCESS_KEY",
        "x_api_key",
    ],
)
def test_a_text_with_a_key_is_refused_without_showing_it(name: str) -> None:
    keys = Keys({name: SECRET})
    with pytest.raises(InternalFault, match=name) as caught:
        keys.refuse(f"import os  # {SECRET}!")
    assert SECRET not in str(caught.value)
    assert keys.redact(f"bad key {SECRET}, {SECRET}") == "bad key [key], [key]"
    keys.refuse("nothing of the kind")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_API_KEY", "none"),
        ("OPENAI_API_KEY", ""),
        ("HOME", "/home/somebody/long"),
        ("MAX_TOKENS", "1000000000000"),
    ],
)
def test_stand_ins_and_other_variables_are_no_keys(name: str, value: str) -> None:
    keys = Keys({name: value})
    keys.refuse(f"a text with {value} in it")
    assert keys.redact(f"a text with {value}") == f"a text with {value}"
