"""References of a batch through the cache."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from codepde import solutions
from codepde.batch import draw_batch
from codepde.cache import ReferenceCache
from solversmith.errors import InternalFault, MissingPrerequisite


@pytest.fixture(autouse=True)
def _forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solutions, "_KEPT", 0)


def test_more_samples_extend_what_is_there(toy: ModuleType, tmp_path: Path) -> None:
    solve = toy.Decay()
    family, told = toy.family(solve), []
    for samples, expected in ((3, 3), (3, 3), (5, 5), (2, 5)):
        batch = draw_batch(family, "dev", samples)
        found = solutions.references(family, batch, tmp_path, told.append)
        assert [len(found), solve.solved] == [samples, expected]
        for state, reference in zip(batch.inputs["u0_batch"], found, strict=True):
            assert np.array_equal(reference.fields["trajectory"][0], state)
    assert told[0] == "toy: solving 3 of 3 references, kept for later runs"
    assert [line for line in told if "solving" in line][1:] == [
        "toy: solving 2 of 5 references, kept for later runs"
    ]


def test_settings_splits_and_versions_have_their_own(toy: ModuleType, tmp_path: Path) -> None:
    solve = toy.Decay()
    for family in (toy.family(solve), toy.family(solve, k=2.0), toy.family(solve, version="toy/2")):
        for split in ("dev", "test"):
            solutions.references(family, draw_batch(family, split, 2), tmp_path)
    assert solve.solved == 12


def test_memory_tells_versions_apart(
    toy: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for the exact reference and the published one of a batch, in one process."""
    monkeypatch.setattr(solutions, "_KEPT", 2)
    monkeypatch.setattr(solutions, "_memory", OrderedDict())
    solve = toy.Decay()
    for version in ("toy/1", "toy/2", "toy/1"):
        family = toy.family(solve, version=version)
        solutions.references(family, draw_batch(family, "dev", 2), tmp_path)
    assert solve.solved == 4


def test_a_damaged_file_is_solved_again(toy: ModuleType, tmp_path: Path) -> None:
    solve = toy.Decay()
    family = toy.family(solve)
    batch = draw_batch(family, "dev", 3)
    first = solutions.references(family, batch, tmp_path)
    ReferenceCache(tmp_path).path(solutions.keys(family, batch)[1]).write_bytes(b"damaged")
    again = solutions.references(family, batch, tmp_path)
    assert solve.solved == 4
    assert np.array_equal(first[1].fields["trajectory"], again[1].fields["trajectory"])


def test_a_cache_that_can_not_be_written_is_told_before_anything_is_solved(
    toy: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    solve, told = toy.Decay(), []
    family = toy.family(solve)
    with pytest.raises(MissingPrerequisite, match="another folder with --cache"):
        solutions.references(family, draw_batch(family, "dev", 3), tmp_path / "file", told.append)
    assert (solve.solved, told) == (0, [])


def test_threads_solve_once(toy: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solutions, "_KEPT", 4)
    solve = toy.Decay()
    family = toy.family(solve, k=0.125)
    batch = draw_batch(family, "dev", 4)
    threads = [
        threading.Thread(target=solutions.references, args=(family, batch, tmp_path)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert solve.solved == 4


def test_what_two_batches_share_is_solved_once(toy: ModuleType, tmp_path: Path) -> None:
    """Two threads want samples 0-3 and 0-5, and begin together."""
    together, solved, started = threading.Barrier(2), [], threading.Event()

    class Slow(toy.Decay):
        def __call__(self, inputs, grid, coefficients):
            solved.extend(state.tobytes() for state in inputs["u0_batch"])
            started.set()
            time.sleep(0.05)  # the other thread would be in here, too
            yield from super().__call__(inputs, grid, coefficients)

    family = toy.family(Slow())

    def want(samples: int) -> None:
        together.wait()
        solutions.references(family, draw_batch(family, "dev", samples), tmp_path)

    threads = [threading.Thread(target=want, args=(samples,)) for samples in (4, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert started.is_set()
    assert len(solved) == len(set(solved)) == 6
    assert solutions._locks == {}


def test_other_samples_and_families_are_not_waited_for(toy: ModuleType, tmp_path: Path) -> None:
    """Each of three solves only when the others do, too: one lock for all would never let them."""
    meeting = threading.Barrier(3)

    class Meeting(toy.Decay):
        def __call__(self, inputs, grid, coefficients):
            meeting.wait(timeout=30)
            yield from super().__call__(inputs, grid, coefficients)

    wanted = [(toy.family(Meeting()), "dev"), (toy.family(Meeting()), "test")]
    wanted.append((toy.family(Meeting(), k=3.0), "dev"))
    with ThreadPoolExecutor(max_workers=3) as pool:
        asked = [
            pool.submit(solutions.references, family, draw_batch(family, split, 2), tmp_path)
            for family, split in wanted
        ]
        assert [len(each.result()) for each in asked] == [2, 2, 2]


def test_a_reference_that_fails_leaves_the_way_free(toy: ModuleType, tmp_path: Path) -> None:
    class Failing(toy.Decay):
        def __call__(self, inputs, grid, coefficients):
            raise InternalFault("not today")
            yield

    failing = toy.family(Failing())
    batch = draw_batch(failing, "dev", 2)
    with pytest.raises(InternalFault):
        solutions.references(failing, batch, tmp_path)
    assert len(solutions.references(toy.family(), batch, tmp_path)) == 2


def test_floors_are_added_to_what_was_kept_without_them(toy: ModuleType, tmp_path: Path) -> None:
    solve = toy.Decay()
    family = toy.family(solve)
    batch = draw_batch(family, "dev", 2)
    assert {one.floor for one in solutions.references(replace(family, floor=None), batch, tmp_path)} == {None}
    with_floors = solutions.references(family, batch, tmp_path)
    assert all(one.floor is not None for one in with_floors)
    kept = ReferenceCache(tmp_path).load(solutions.keys(family, batch)[0])
    assert kept is not None
    assert (kept.floor, solve.solved) == (with_floors[0].floor, 2)


def test_floors_and_estimates_are_stored_and_nobody_can_write(toy: ModuleType, tmp_path: Path) -> None:
    family = toy.family()
    batch = draw_batch(family, "dev", 20)
    solutions.references(family, batch, tmp_path)
    found = solutions.references(family, batch, tmp_path)
    assert [reference.floor for reference in found] == [
        1e-4 if kind == "kink" else 1e-15 for kind in batch.kinds
    ]
    assert {reference.estimate for reference in found} == {1e-9}
    assert not any(reference.fields["trajectory"].flags["WRITEABLE"] for reference in found)


@pytest.mark.parametrize("name", ["pair", "steady_pair"])
def test_several_fields_are_kept_together(toy: ModuleType, tmp_path: Path, name: str) -> None:
    family = getattr(toy, name)()
    batch = draw_batch(family, "dev", 2)
    solved = solutions.references(family, batch, tmp_path)
    again = solutions.references(replace(family, solve=toy.Decay()), batch, tmp_path)
    for one, other in zip(solved, again, strict=True):
        assert (one.estimates, other.floor) == (other.estimates, None)
        for field in ("u", "v"):
            assert np.array_equal(one.fields[field], other.fields[field])
            assert one.fields[field].shape == family.grid.shape
