"""Random streams of the drawn samples: only uniform numbers, a function of (name, split, index) alone."""

from __future__ import annotations

import hashlib

import numpy as np

from codepde.grid import Array
from solversmith.contract.problem import SPLITS


def uniforms(stream: str, split: str, index: int, count: int) -> Array:
    """The first ``count`` numbers in [0, 1) of one sample's stream.

    ``stream`` names the family and the version of its distribution. No two splits or indices share numbers.
    Uniform numbers are the part of numpy's generators that is least likely to change.
    """
    name = int.from_bytes(hashlib.sha256(stream.encode()).digest()[:16], "big")
    seed = np.random.SeedSequence(name, spawn_key=(SPLITS.index(split), index))
    result: Array = np.random.default_rng(seed).random(count)
    return result


def normals(uniform: Array) -> Array:
    """Independent standard normal numbers from as many uniform ones, an even count (Box and Muller, 1958)."""
    first, second = np.split(np.asarray(uniform), 2)
    radius = np.sqrt(-2.0 * np.log1p(-first))
    angle = 2.0 * np.pi * second
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])
