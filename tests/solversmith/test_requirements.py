"""What a human program asks for, and whether it is there."""

import pytest

from solversmith.requirements import advice, missing, requested


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# packages: pyvrp\nimport pyvrp\n", ("pyvrp",)),
        ('"""Text."""\n\n#packages:  ortools,  elkai numpy\n', ("ortools", "elkai", "numpy")),
        ("# packages: a, a\n# packages: b\n", ("a",)),
        ("# packages:\n", ()),
        ("import x  # packages: pyvrp\n", ()),
        ("", ()),
        ("\n" * 40 + "# packages: pyvrp\n", ()),
    ],
)
def test_requested(source: str, expected) -> None:
    assert requested(source) == expected


def test_missing_names_what_is_not_installed() -> None:
    assert missing(("numpy", "no-such-package", "NumPy")) == ("no-such-package",)


def test_advice_names_the_extra() -> None:
    assert advice(("pyvrp",)) == "pyvrp is not installed here: pip install 'solversmith[baselines]'"
    assert advice(("a", "b")).startswith("a, b are not installed")
