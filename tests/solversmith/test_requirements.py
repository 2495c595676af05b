"""What a human program asks for, and whether it is there."""

import pytest

from solversmith.requirements import advice, advice_on_import, missing, requested


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
    assert advice(("torch",)) == "torch is not installed here: pip install 'solversmith[torch]'"


@pytest.mark.parametrize("module", ["torch", "torch.nn"])
def test_a_failed_import_of_what_could_be_offered_is_told_how(module: str) -> None:
    message = f"import {module}\nModuleNotFoundError: No module named '{module}'"
    told = advice_on_import(message, ("numpy", "jax"), ("torch",))
    assert told.startswith(
        "torch is not installed here: pip install 'solversmith[torch]'. A program has numpy,"
    )


@pytest.mark.parametrize(
    ("module", "packages"), [("torchvision", ("numpy",)), ("flax", ("numpy",)), ("torch", ("numpy", "torch"))]
)
def test_no_advice_on_what_could_not_be_offered_or_is(module: str, packages: tuple[str, ...]) -> None:
    assert advice_on_import(f"No module named '{module}'", packages, ("torch",)) == ""
