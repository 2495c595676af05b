"""A task folder with the published names: split numbers into two sums that differ little."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

CONFIG = '''
DESCRIPTION = """Split the numbers into two groups whose sums differ as little as possible."""


def solve(**kwargs):
    """Return the places of the first group."""
    return {"chosen": []}


def load_data(file_path):
    with open(file_path) as file:
        rows = [[int(word) for word in line.split()] for line in file if line.strip()]
    return [{"numbers": row[1:], "label_best": row[0]} for row in rows]


def eval_func(numbers, label_best, chosen, **kwargs):
    if len(set(chosen)) != len(chosen):
        raise Exception("a place is chosen twice")
    inside = sum(numbers[place] for place in chosen)
    return 1 + abs(sum(numbers) - 2 * inside)


def norm_score(results):
    return {case: ([s if isinstance(s, str) else 1 / s for s in scores], error)
            for case, (scores, error) in results.items()}


def norm_time(results):
    return results


def get_dev():
    return {"a.txt": [0]}
'''
DATA = {"a.txt": "0 1 2 3\n0 4 5 9\n", "b.txt": "1 1 2 4\n"}
Make = Callable[..., Path]


@pytest.fixture
def make_task(tmp_path: Path) -> Make:
    """Writes a task folder, with other text in place of some of its own."""

    def make(*changes: tuple[str, str], data: dict[str, str] | None = None, config: str = CONFIG) -> Path:
        folder = tmp_path / "split"
        folder.mkdir()
        for old, new in changes:
            assert old in config
            config = config.replace(old, new)
        (folder / "config.py").write_text(config)
        for name, text in (DATA if data is None else data).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        return folder

    return make
