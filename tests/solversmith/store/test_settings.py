"""Names and differences of settings."""

from __future__ import annotations

import re

import pytest

from solversmith.errors import SettingsDiffer
from solversmith.store.settings import default_name, differences, refuse_difference, resolved

IDENTITY = {"problem": "burgers:nu=0.01", "method": "best-of-n", "model": "openai:gpt-5", "seed": 3}


def test_the_name_is_readable_and_stable() -> None:
    name = default_name({"identity": IDENTITY})
    assert re.fullmatch(r"burgers-nu0\.01-best-of-n-openai-gpt-5-s3-[0-9a-f]{8}", name)
    assert name == default_name({"identity": dict(reversed(IDENTITY.items())), "environment": {"cores": 2}})


def test_the_name_depends_on_every_setting() -> None:
    others = [{**IDENTITY, "seed": 4}, {**IDENTITY, "limits": {"wall_s": 3.0}}, {**IDENTITY, "model": "x"}]
    assert len({default_name({"identity": i}) for i in [IDENTITY, *others]}) == 4


@pytest.mark.parametrize("problem", ["/a/b/my problem/", "../../etc", "x" * 500, "", "ß:ö=ü", "a/b:c=d/e"])
def test_the_name_is_a_plain_folder_name(problem: str) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,100}", default_name({"identity": {"problem": problem}}))


def test_what_toml_can_not_tell_apart_is_equal() -> None:
    asked = {"identity": {"limit": None, "cases": ("a", "b")}}
    assert resolved(asked) == {"asked": {}, "identity": {"cases": ["a", "b"]}, "environment": {}}


def test_differences_are_listed_by_dotted_key() -> None:
    old, new = {"seed": 1, "a": {"b": "x", "gone": 2}}, {"seed": 1, "a": {"b": "y"}, "fresh": True}
    assert differences(old, new) == {
        "a.b": ("'x'", "'y'"),
        "a.gone": ("2", "nothing"),
        "fresh": ("nothing", "True"),
    }
    with pytest.raises(SettingsDiffer, match=r"'mine'.*a\.b: 'x' -> 'y'.*another --name"):
        refuse_difference("mine", old, new)
    refuse_difference("mine", old, old)


def test_a_digest_is_told_as_what_it_is_of() -> None:
    old = {"content": {"texts": "0123456789abcdef", "dev": "2 cases, 0123456789abcdef"}}
    new = {"content": {"texts": "fedcba9876543210", "dev": "2 cases, fedcba9876543210"}}
    with pytest.raises(SettingsDiffer, match=r"the texts of the problem .* changed; the dev cases") as caught:
        refuse_difference("mine", old, new)
    assert "0123456789abcdef" not in str(caught.value)
