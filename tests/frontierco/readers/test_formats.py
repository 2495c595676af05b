"""What a file is in, told by its content."""

import gzip
from pathlib import Path

import pytest

from frontierco.cases import read_instance
from frontierco.readers.formats import EXAMPLES, format_of
from problems.co.fjsp.problem import DEFINITION as FJSP
from problems.co.tsp.problem import DEFINITION
from solversmith.errors import BadData

TEXTS = {
    "tsplib": "NAME : x\nTYPE : TSP\nDIMENSION : 3\nEDGE_WEIGHT_TYPE : EUC_2D\nNODE_COORD_SECTION\n1 0 0\n",
    "cvrplib": "NAME : x\nTYPE : CVRP\nDIMENSION : 3\nCAPACITY : 5\nEDGE_WEIGHT_TYPE : EUC_2D\n",
    "dimacs": "c a graph\nc\np edge 3 2\ne 1 2\n",
    "pace": "c a graph\np ds 3 2\n1 2\n",
    "steinlib": "33D32945 STP File, STP Format Version 1.0\nSECTION Graph\n",
    "fjs": "2 3\n1 2 1 5 2 6\n",
    "cpmp": "3 1\n 1.5 2 10 1\n",
    "cflp": "2 3\n100 5.5\n28 1.5\n",
    "lfs": "version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
    "html": "<!DOCTYPE html>\n<html>",
    "json": '{"a": 1}',
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_each_format_is_told(tmp_path: Path, name: str, pack) -> None:
    (tmp_path / "x").write_bytes(pack(TEXTS[name].encode()))
    assert format_of(tmp_path / "x") == name


def test_every_format_has_a_text() -> None:
    assert TEXTS.keys() == EXAMPLES.keys()


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"hello\nworld\n", b"1\n", b"1 2 3 4\n5\n"])
def test_what_is_none_of_them(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    assert format_of(tmp_path / "x") is None


SHOP = "3 2\n2 1 1 5 1 2 6\n1 1 2 4\n1 1 1 7\n"  # lines of four fields, like a p-median instance's


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (SHOP, "fjs"),
        (SHOP.replace("1 1 2 4", "1 1 9 4"), "fjs"),  # there is no machine 9
        (SHOP.replace("1 1 2 4", "1 1 2"), "fjs"),
        ("1 2\n1 1 1 -5\n", "fjs"),
        ("1 2\n1 1 1 nan\n", "fjs"),
        (SHOP.replace("2 1 1 5 1 2 6", "2 1 1 5"), "fjs"),
        (SHOP.replace("2 1 1 5 1 2 6", "1 0"), "fjs"),
        (SHOP.replace("2 1 1 5 1 2 6", "x y"), "fjs"),
        ("4 2\n1 1 10 1\n9 4 10 3\n7 7 10 x\n2 3 10 4\n", "cpmp"),
        ("3 2\n100 5.5\n28\n28 4\n3 4\n1 2\n", "cflp"),
    ],
)
def test_a_damaged_file_is_in_its_own_format_still(tmp_path: Path, content: str, name: str) -> None:
    (tmp_path / "x").write_text(content)
    assert format_of(tmp_path / "x") == name


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (SHOP.replace("1 1 2 4", "1 1 9 4"), "line 3: machine 9; machines count from 1 to 2"),
        (TEXTS["cpmp"] + " 2 2 10 1\n 3 2 10 1\n", "this is a capacitated p-median instance"),
    ],
)
def test_what_is_said_in_the_folder_of_job_shops(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "x").write_text(content)
    with pytest.raises(BadData, match=words):
        read_instance(FJSP, tmp_path / "x")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert format_of(tmp_path / "nothing") is None


def test_a_definition_reads_formats_that_there_are() -> None:
    assert set(DEFINITION.reads) <= EXAMPLES.keys()


FOLDERS = {"CFLP": "cflp", "CPMP": "cpmp", "CVRP": "cvrplib", "FJSP": "fjs", "MDS": "pace"}
FOLDERS |= {"MIS": "dimacs", "STP": "steinlib", "TSP": "tsplib"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_real_instance_is_told(frontierco_data: Path, folder: str) -> None:
    files = [file for file in (frontierco_data / folder).glob("*/*") if file.is_file()]
    wrong = {file.name: format_of(file) for file in files if format_of(file) != FOLDERS[folder]}
    assert files
    assert wrong == {}
