"""Batches and payloads."""

from __future__ import annotations

import json
from dataclasses import replace
from types import ModuleType

import numpy as np

from codepde.batch import answer_shape, digest, draw_batch, pack


def test_fewer_samples_are_the_first_of_more(toy: ModuleType) -> None:
    few, many = (draw_batch(toy.family(), "dev", count) for count in (3, 9))
    assert np.array_equal(few.inputs["u0_batch"], many.inputs["u0_batch"][:3])
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
    assert header["answer"] == [["trajectory", list(answer_shape(family, batch))]]
    assert answer_shape(family, batch) == (2, 5, 16)
    assert (
        body == batch.inputs["u0_batch"].astype("<f8").tobytes() + family.grid.times.astype("<f8").tobytes()
    )


def test_several_fields_and_steady_problems_are_packed_alike(toy: ModuleType) -> None:
    for family, shape in ((toy.pair(), [2, 5, 6, 6]), (toy.steady_pair(), [2, 6, 6])):
        batch = draw_batch(family, "dev", 2)
        header = json.loads(pack(family, batch).partition(b"\n")[0])
        times = [] if family.grid.steady else [["t_coordinate", [5]]]
        given = [["u0", [2, 6, 6]], ["v0", [2, 6, 6]], ["rates", [2, 2]]]
        assert header == {"arrays": given + times, "scalars": [], "answer": [["u", shape], ["v", shape]]}


def test_every_input_is_part_of_the_digest(toy: ModuleType) -> None:
    family = toy.pair()
    batch = draw_batch(family, "dev", 2)
    changed = replace(batch, inputs={**batch.inputs, "rates": batch.inputs["rates"] + 1e-9})
    assert digest(family, changed) != digest(family, batch)
