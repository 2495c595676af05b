"""Flexible job shops: operations in jobs, each with the machines that can do it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Job = Sequence[Sequence[tuple[int, int]]]


@dataclass(frozen=True, eq=False)
class JobShop:
    """Jobs, their operations and, for every operation, its options: a machine and how long it takes.

    Operations are numbered from 0 through all jobs, and so are options through all operations.

    Parameters
    ----------
    num_machines
        Machines are 1 to this.
    first_operation
        Shape `(num_jobs + 1,)`, int64: job j has the operations `first_operation[j]` to
        `first_operation[j + 1]` − 1, in this order.
    first_option
        Shape `(num_operations + 1,)`, int64: likewise for the options of an operation.
    machines, times
        Shape `(num_options,)`, int64. No machine stands twice in an operation; times are at least 0.
    """

    num_machines: int
    first_operation: NDArray[np.int64]
    first_option: NDArray[np.int64]
    machines: NDArray[np.int64]
    times: NDArray[np.int64]

    @property
    def num_jobs(self) -> int:
        """How many jobs there are."""
        return len(self.first_operation) - 1

    @property
    def num_operations(self) -> int:
        """How many operations all jobs have together."""
        return len(self.first_option) - 1

    @property
    def convention(self) -> str:
        """How objectives are counted: there is one way only."""
        return "makespan"

    @property
    def size(self) -> str:
        """How large it is, in words that say nothing else."""
        return f"jobs={self.num_jobs} machines={self.num_machines} ops={self.num_operations}"

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all numbers, the options of an operation in the order of their machines."""
        keys, times = self.by_machine
        sha = hashlib.sha256(f"job shop {self.size}\n".encode())
        for row in (self.first_operation, self.first_option, keys, times):
            sha.update(row.astype("<i8").tobytes())
        return sha.hexdigest()

    @cached_property
    def job_of(self) -> NDArray[np.int64]:
        """The job of each operation, shape `(num_operations,)`."""
        return np.repeat(np.arange(self.num_jobs), np.diff(self.first_operation))

    @cached_property
    def by_machine(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Sorted keys, operation · (num_machines + 1) + machine, and the times of these options."""
        operation_of = np.repeat(np.arange(self.num_operations), np.diff(self.first_option))
        keys = operation_of * (self.num_machines + 1) + self.machines
        order = np.argsort(keys, kind="stable")
        return keys[order], self.times[order]


def job_shop(num_machines: int, jobs: Sequence[Job]) -> JobShop:
    """A shop from nested sequences of `(machine, time)`, the form that programs are given."""
    operations = [operation for job in jobs for operation in job]
    options = np.array([option for operation in operations for option in operation], dtype=np.int64)
    options = options.reshape(-1, 2)
    return JobShop(
        num_machines,
        offsets([len(job) for job in jobs]),
        offsets([len(operation) for operation in operations]),
        options[:, 0].copy(),
        options[:, 1].copy(),
    )


def offsets(counts: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each of some pieces of these lengths begins, and where the last one ends."""
    return np.concatenate(([0], np.cumsum(np.asarray(counts, dtype=np.int64)))).astype(np.int64)
