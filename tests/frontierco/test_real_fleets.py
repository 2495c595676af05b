"""Real vehicle-routing and p-median instances, where FRONTIERCO_DATA names a folder of them."""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from frontierco.best_known import built_in_table
from frontierco.cases import instance_name
from frontierco.medians import evaluate_medians
from frontierco.readers.cpmp import read_cpmp
from frontierco.readers.cvrplib import read_cvrplib
from frontierco.routes import evaluate_routes, published_length
from problems.co.cpmp import problem as cpmp
from problems.co.cvrp import problem as cvrp
from solversmith.contract import DEV, TEST, ProblemOptions

READERS = {"CVRP": read_cvrplib, "CPMP": read_cpmp}
REAL_VALUED = ("Golden", "CMT")


def rows(data: Path, problem: str):
    with (data / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter="\t") if row["problem"] == problem]


@pytest.mark.parametrize("problem", READERS)
def test_every_file_is_read_and_found_with_the_right_value(frontierco_data, problem: str) -> None:
    table = built_in_table(problem.lower())
    listed = rows(frontierco_data, problem)
    assert len(listed) > 35
    for row in listed:
        instance = READERS[problem](frontierco_data / problem / row["split"] / row["file"])
        assert instance.size.startswith(row["size"].replace("customers=", "n="))
        best = table.find(instance.digest, instance_name(row["file"]), instance.size)
        assert (best is not None) == bool(row["best_known"]), row["file"]
        if best is not None:
            assert best.value == float(row["best_known"])


def test_the_convention_goes_with_the_value_not_with_the_header(frontierco_data) -> None:
    """Every file says EUC_2D; obeying that would beat the best known values of Golden by up to 14 %."""
    table = built_in_table("cvrp")
    for row in rows(frontierco_data, "CVRP"):
        instance = read_cvrplib(frontierco_data / "CVRP" / row["split"] / row["file"])
        assert instance.convention == "nint"
        best = table.find(instance.digest, instance_name(row["file"]), instance.size)
        assert best.convention == ("exact" if row["file"].startswith(REAL_VALUED) else "nint")


def test_a_value_of_ones_own_goes_before_the_table_and_reaches_what_has_none(
    frontierco_data, tmp_path: Path
) -> None:
    """Golden_9 with a rounded value of one's own, and an instance that no table lists."""
    folder = tmp_path / "CVRP" / "other"
    folder.mkdir(parents=True)
    text = (frontierco_data / "CVRP/easy_test_instances/Golden_9.vrp").read_text()
    (folder / "Golden_9.vrp").write_text(text)
    other = text.replace("CAPACITY : 1000", "COMMENT : x\nCAPACITY : 999")
    (folder / "unlisted.vrp").write_text(other)
    (tmp_path / "own").write_text("Golden_9, 510, nint\nunlisted, 600, exact\n")

    def known(**options):
        problem = cvrp.build({}, ProblemOptions(data=tmp_path, cases="other/*", **options))
        found = {instance_name(case.name): case.data for case in problem.cases(TEST)}
        return {
            name: (data.best_known.value if data.best_known else None, data.convention)
            for name, data in found.items()
        }

    assert known() == {"Golden_9": (579.7, "exact"), "unlisted": (None, "nint")}
    own = {"Golden_9": (510, "nint"), "unlisted": (600, "exact")}
    assert known(best_known=tmp_path / "own") == own


def test_one_instance_under_two_names_has_the_value_of_its_name(frontierco_data) -> None:
    """CMT12 and M-n101-k10 are the same; the value of one is for rounded distances."""
    names = ("CMT12", "M-n101-k10")
    one, other = (read_cvrplib(frontierco_data / f"CVRP/other/{name}.vrp") for name in names)
    assert one.digest == other.digest
    found = [built_in_table("cvrp").find(one.digest, name, one.size) for name in names]
    assert [(best.value, best.convention) for best in found] == [(819.56, "exact"), (820, "nint")]


A_N32_K5 = (
    (21, 31, 19, 17, 13, 7, 26),
    (12, 1, 16, 30),
    (27, 24),
    (29, 18, 8, 9, 22, 15, 10, 25, 5, 20),
    (14, 28, 11, 4, 23, 3, 2, 6),
)


def test_the_optimal_routes_of_a_n32_k5(frontierco_data) -> None:
    """The value is for rounded distances: the published arithmetic makes 787.81 of the optimum 784."""
    instance = read_cvrplib(frontierco_data / "CVRP/other/A-n32-k5.vrp")
    whole = [(0, *route, 0) for route in A_N32_K5]
    arrays = {"routes": np.concatenate(whole), "offsets": np.cumsum([0, *map(len, whole)])}
    assert evaluate_routes(instance, arrays, "nint").objective == 784
    assert published_length(instance, arrays) == pytest.approx(787.81, abs=0.01)


def test_no_best_known_value_is_below_a_bound(frontierco_data) -> None:
    """Every customer is nearer to the depot than its share of the routes is long: 2 Σ d·q/Q."""
    table = built_in_table("cvrp")
    for row in rows(frontierco_data, "CVRP"):
        instance = read_cvrplib(frontierco_data / "CVRP" / row["split"] / row["file"])
        best = table.find(instance.digest, instance_name(row["file"]), instance.size)
        away = np.linalg.norm(instance.coordinates - instance.coordinates[instance.depot], axis=1)
        slack = 1.0 if best.convention == "nint" else 0.0
        bound = 2 * ((away - slack).clip(0) * instance.demands).sum() / instance.capacity
        assert bound < best.value


@pytest.mark.parametrize("module", [cvrp, cpmp])
def test_splits_of_the_folder(frontierco_data, module) -> None:
    problem = module.build({}, ProblemOptions(data=frontierco_data))
    assert {case.data.part for case in problem.cases(DEV)} == {"built-in"}  # there is no valid_instances
    listed = Counter(row["split"] for row in rows(frontierco_data, problem.definition.data_folder))
    parts = Counter(case.data.part for case in problem.cases(TEST))
    expected = {"easy": listed["easy_test_instances"], "hard": listed["hard_test_instances"]}
    assert parts == {part: count for part, count in expected.items() if count}


def test_the_one_median_of_a_small_instance_by_hand(frontierco_data) -> None:
    """cpmp01, all of whose values in the literature are for distances rounded down."""
    instance = read_cpmp(frontierco_data / "CPMP/other/cpmp01.txt")
    arrays = {
        "medians": np.array(CPMP01_MEDIANS),
        "assignments": np.array(CPMP01_ASSIGNMENTS),
        "objective": np.array([713.0]),
    }
    assert evaluate_medians(instance, arrays, "floor").objective == 713
    assert evaluate_medians(instance, arrays, "exact").objective > 713


CPMP01_MEDIANS = [9, 11, 18, 20, 47]
CPMP01_ASSIGNMENTS = [
    20,
    11,
    9,
    18,
    18,
    11,
    9,
    11,
    11,
    9,
    20,
    11,
    9,
    20,
    20,
    47,
    9,
    20,
    18,
    11,
    20,
    18,
    9,
    18,
    11,
    47,
    18,
    18,
    18,
    9,
    18,
    20,
    47,
    47,
    11,
    20,
    18,
    9,
    20,
    11,
    20,
    9,
    11,
    20,
    9,
    9,
    18,
    47,
    9,
    20,
]
