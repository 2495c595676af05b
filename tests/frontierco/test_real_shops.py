"""Real flexible job shops, where FRONTIERCO_DATA names a folder of them in the published layout."""

import csv
from pathlib import Path

import numpy as np

from frontierco.best_known import built_in_table
from frontierco.readers.fjs import read_fjs


def rows(data: Path):
    with (data / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter="\t") if row["problem"] == "FJSP"]


def test_every_real_file_is_read_and_found_by_content(frontierco_data) -> None:
    table = built_in_table("fjsp")
    for row in rows(frontierco_data):
        shop = read_fjs(frontierco_data / "FJSP" / row["split"] / row["file"])
        assert shop.size == row["size"]
        best = table.find(shop.digest, "", "")
        assert best is not None, row["file"]
        assert best.value <= float(row["best_known"])
        if "found by" not in best.source:
            assert best.value == float(row["best_known"])


def test_no_best_known_value_is_below_what_every_schedule_takes(frontierco_data) -> None:
    table = built_in_table("fjsp")
    for row in rows(frontierco_data):
        shop = read_fjs(frontierco_data / "FJSP" / row["split"] / row["file"])
        quickest = np.minimum.reduceat(shop.times, shop.first_option[:-1])
        longest_job = np.add.reduceat(quickest, shop.first_operation[:-1]).max()
        bound = max(longest_job, quickest.sum() / shop.num_machines)
        assert table.find(shop.digest, "", "").value >= bound, row["file"]
