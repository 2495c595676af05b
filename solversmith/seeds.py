"""Randomness of programs: each execution has one seed, the same whenever and wherever it is made again."""

from __future__ import annotations

import hashlib

from solversmith.records.codec import canonical_json, sha256

SEEDS = 2**32  # what `numpy.random.seed` takes


def execution_seed(run_seed: int, candidate: str, split: str, case: str, repeat: int = 0) -> int:
    """The seed of one execution, at least 0 and below `SEEDS`.

    The first 4 bytes, most significant first, of the SHA-256 of the UTF-8 bytes of the canonical JSON array
    ``[run_seed, candidate, split, case, repeat]``. A hash of our own formula, since `hash` differs between
    processes and `random` may between versions of Python. Two different arguments share a seed with
    probability 2⁻³².

    Parameters
    ----------
    run_seed
        Of the run; 0 for `score` without `--seed` and for human programs.
    candidate
        What runs: `candidate_of_run` or `candidate_of_program`.
    repeat
        Which of several executions of the same program on the same case, from 0. A try after a fault of ours
        is the same repeat.
    """
    text = canonical_json([run_seed, candidate, split, case, repeat])
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4], "big")


def candidate_of_run(number: int, round: int) -> str:
    """What a seed is made of in a run: candidate and round, `c0003.r1`. Equal programs draw apart."""
    return f"c{number:04d}.r{round}"


def candidate_of_program(program: str) -> str:
    """What a seed is made of where there is only a program: its SHA-256."""
    return sha256(program)
