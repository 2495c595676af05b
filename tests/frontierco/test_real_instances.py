"""Real instances, where FRONTIERCO_DATA names a folder of them in the published layout."""

import csv
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from frontierco import clique_graphs
from frontierco.best_known import built_in_table
from frontierco.cases import instance_name
from frontierco.distances import tour_length
from frontierco.portgen import clustered, family_seed, uniform
from frontierco.readers.cflp import read_cflp
from frontierco.readers.dimacs import read_dimacs
from frontierco.readers.pace import read_pace
from frontierco.readers.tsplib import read_tsplib
from problems.co.mis import problem as mis
from problems.co.tsp import problem as tsp
from solversmith.contract import DEV, TEST, ProblemOptions

READERS = {"TSP": read_tsplib, "MIS": read_dimacs, "MDS": read_pace, "CFLP": read_cflp}
FEWEST = {"TSP": 40, "MIS": 40, "MDS": 20, "CFLP": 12}


def rows(data: Path, problem: str):
    with (data / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter="\t") if row["problem"] == problem]


@pytest.mark.parametrize("problem", READERS)
def test_every_file_is_read_and_found_by_content_with_the_right_value(frontierco_data, problem) -> None:
    table, found = built_in_table(problem.lower()), 0
    for row in rows(frontierco_data, problem):
        if not row["best_known"]:
            continue  # no published value, and none in the table
        instance = READERS[problem](frontierco_data / problem / row["split"] / row["file"])
        assert instance.size == row["size"]
        best = table.find(instance.digest, "", "")
        assert best is not None, row["file"]
        by_name = table.find("", instance_name(row["file"]), row["size"])
        assert by_name == replace(best, found_by="name")
        assert best.value <= float(row["best_known"])
        if not {"elkai", "expert"} & set(re.split(r"\W+", best.source)):  # better than the published ones
            assert best.value == float(row["best_known"])
        found += 1
    assert found >= FEWEST[problem]


def test_the_tour_of_the_format_note(frontierco_data) -> None:
    """TSPLIB's own check: the tour 1, 2, ..., n of pcb442 has length 221440."""
    cities = read_tsplib(frontierco_data / "TSP/other/pcb442.tsp").coordinates
    assert tour_length(cities, np.arange(442), "nint") == 221440


FAMILIES = {"10k": 10_000, "31k": 31_623, "100k": 100_000}
GENERATED = [(f"other/E1k.{i}", uniform, 1000, i) for i in range(10)]
GENERATED += [(f"hard_test_instances/E{name}.0", uniform, n, 0) for name, n in FAMILIES.items()]
GENERATED += [(f"hard_test_instances/C{name}.0", clustered, n, 0) for name, n in FAMILIES.items()]


@pytest.mark.parametrize(("file", "make", "count", "index"), GENERATED)
def test_generated_points_equal_the_files_bit_for_bit(frontierco_data, file, make, count, index) -> None:
    instance = read_tsplib(frontierco_data / "TSP" / file)
    assert np.array_equal(make(count, family_seed(count, index)), instance.coordinates)


CONSTRUCTED = (
    "hamming6-2 hamming6-4 hamming8-4 hamming10-4 johnson8-4-4 keller4 keller5 MANN_a9 MANN_a27 MANN_a45"
)


@pytest.mark.parametrize("name", CONSTRUCTED.split())
def test_constructed_graphs_equal_the_files_bit_for_bit(frontierco_data, name: str) -> None:
    (file,) = (frontierco_data / "MIS").glob(f"*/{name}.mis")
    assert clique_graphs.named(name).digest == read_dimacs(file).digest


@pytest.mark.parametrize("module", [tsp, mis])
def test_splits_of_the_folder(frontierco_data, module) -> None:
    problem = module.build({}, ProblemOptions(data=frontierco_data))
    assert {case.data.part for case in problem.cases(DEV)} == {"built-in"}  # there is no valid_instances
    parts = Counter(case.data.part for case in problem.cases(TEST))
    listed = Counter(row["split"] for row in rows(frontierco_data, problem.definition.data_folder))
    assert parts == {"easy": listed["easy_test_instances"], "hard": listed["hard_test_instances"]}


def test_one_family_by_a_glob(frontierco_data) -> None:
    problem = tsp.build({}, ProblemOptions(data=frontierco_data, cases="other/E1k.*"))
    assert [case.name for case in problem.cases(DEV)] == [f"other/E1k.{i}" for i in range(10)]
    built_in = tsp.build({}, ProblemOptions(cases="E1k.0")).cases(DEV)[0]
    assert problem.cases(DEV)[0].digest == built_in.digest
