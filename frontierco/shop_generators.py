"""Random flexible job shops of three families, made from their seeds.

The stream of `RandomState` is frozen, so a seed means the same shop everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from frontierco.job_shops import JobShop, job_shop

_CENTRE = 4  # machines
_STEPS = 5
Options = list[tuple[int, int]]


def work_centre_shop(num_jobs: int, num_machines: int, seed: int) -> JobShop:
    """Jobs of five steps through work centres of four machines each.

    The first step is done by the first centre, the last one by the last centre; each step between by some of
    the centres between, those met when drawing with replacement a random number of times. Times are
    independent, 10 to 30. So the first and the last centre are the bottleneck when there are many jobs. The
    shape is that of D. Behnke, M. J. Geiger, Test instances for the flexible job shop scheduling problem
    with work centers, Helmut-Schmidt-Universität, RR-12-01-01 (2012), as their published instances show it;
    how they draw the centres between is not known here.

    Raises `ValueError` unless the machines make at least three centres.
    """
    num_centres = num_machines // _CENTRE
    if num_machines % _CENTRE or num_centres < 3:
        raise ValueError(f"{num_machines} machines do not make three or more centres of {_CENTRE}")
    random = np.random.RandomState(seed)

    def step(number: int) -> Options:
        if number in (0, _STEPS - 1):
            centres = [0 if number == 0 else num_centres - 1]
        else:
            inner = num_centres - 2
            draws = random.randint(1, inner + 1, size=random.randint(1, inner + 1))
            centres = sorted(set(draws.tolist()))
        machines = [_CENTRE * centre + place + 1 for centre in centres for place in range(_CENTRE)]
        return list(zip(machines, random.randint(10, 31, size=len(machines)).tolist(), strict=True))

    return job_shop(num_machines, [[step(number) for number in range(_STEPS)] for _ in range(num_jobs)])


def uniform_shop(num_jobs: int, num_machines: int, num_steps: int, seed: int) -> JobShop:
    """Jobs of equally many steps; any number of options, any machines, any times from 1 to 99.

    The times of one step have nothing to do with each other, so the choice of the machine is most of it.
    """
    random = np.random.RandomState(seed)

    def step() -> Options:
        count = random.randint(1, num_machines + 1)
        machines = np.sort(random.permutation(num_machines)[:count]) + 1
        return list(zip(machines.tolist(), random.randint(1, 100, size=count).tolist(), strict=True))

    return job_shop(num_machines, [[step() for _ in range(num_steps)] for _ in range(num_jobs)])


def similar_times_shop(
    num_jobs: int, num_machines: int, steps: tuple[int, int], flexibility: float, seed: int
) -> JobShop:
    """Jobs of `steps[0]` to `steps[1]` steps whose machines differ little: the sequence is most of it.

    A step has a mean time of 10 to 100 and is done by each machine with probability `flexibility` (by one at
    least), in its mean time ± 15 %. The shape is that of the instances with B. Naderi, R. Ruiz, V. Roshanaei,
    Mixed-integer programming versus constraint programming for shop scheduling problems, INFORMS Journal on
    Computing (2023), as far as those show it.
    """
    random = np.random.RandomState(seed)

    def step() -> Options:
        able = np.flatnonzero(random.random_sample(num_machines) < flexibility)
        machines = able if able.size else random.randint(num_machines, size=1)
        times = random.randint(10, 101) * (0.85 + 0.3 * random.random_sample(machines.size))
        return list(zip((machines + 1).tolist(), np.rint(times).astype(int).tolist(), strict=True))

    def job() -> Iterator[Options]:
        for _ in range(random.randint(steps[0], steps[1] + 1)):
            yield step()

    return job_shop(num_machines, [list(job()) for _ in range(num_jobs)])
