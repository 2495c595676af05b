"""Batches and payloads."""

from __future__ import annotations

import json
from types import ModuleType

import numpy as np

from codepde.batch import answer_shape, digest, draw_batch, pack


def test_fewer_samples_are_the_first_of_more(toy: ModuleType) -> None:
    few, many = (draw_batch(toy.family(), "dev", count) for count in (3, 9))
    assert np.array_equal(few.states, many.states[:3])
    assert few.kinds == many.kinds[:3]


def test_digests_tell_cases_apart(toy: ModuleType) -> None:
    family = toy.family()
    digests = {
        digest(family, draw_batch(family, "dev", 2)),
        digest(family, draw_batch(family, "dev", 3)),
        digest(family, draw_batch(family, "test", 2)),
        digest(toy.family(k=2.0), draw_batch(family, "dev", 2)),
    }
    assert len(digests) == 4
    assert digest(family, draw_batch(family, "dev", 2)) == digest(toy.family(), draw_batch(family, "dev", 2))


def test_the_payload_is_a_line_of_json_and_raw_numbers(toy: ModuleType) -> None:
    family = toy.family(k=0.3)
    batch = draw_batch(family, "dev", 2)
    line, _, body = pack(family, batch).partition(b"\n")
    header = json.loads(line)
    assert header["arrays"] == [["u0_batch", [2, 16]], ["t_coordinate", [5]]]
    assert header["scalars"] == [0.3]
    assert tuple(header["answer"]) == answer_shape(family, batch) == (2, 5, 16)
    assert body == batch.states.astype("<f8").tobytes() + family.grid.times.astype("<f8").tobytes()
