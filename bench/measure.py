"""How a number is taken and printed."""

from __future__ import annotations

import json
import statistics
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class Number:
    """One line of the table.

    ``floor`` is the least that the same work costs without us, taken in the same run. ``target`` bounds
    ``value``, or
    the ratio to the floor when ``of_ratio``. With ``at_least`` more is better.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None
    target: float | None = None
    of_ratio: bool = False
    at_least: bool = False

    @property
    def ratio(self) -> float | None:
        """Value per floor."""
        return self.value / self.floor if self.floor else None

    def met(self) -> bool | None:
        """Whether the target holds; None when there is none."""
        judged = self.ratio if self.of_ratio else self.value
        if self.target is None or judged is None:
            return None
        return judged >= self.target if self.at_least else judged <= self.target


@dataclass
class Bench:
    """What every measure gets: how much data, and where numbers go."""

    quick: bool
    numbers: list[Number] = field(default_factory=list)

    def rows(self, full: int) -> int:
        """The size of a data set: ``full``, or a hundredth of it in a quick run."""
        return max(full // 100, 100) if self.quick else full

    def report(self, number: Number) -> None:
        """Print a number as one JSON line; a quick run says nothing about targets."""
        self.numbers.append(number)
        line = {
            "name": number.name,
            "value": round(number.value, 3),
            "unit": number.unit,
            "floor": None if number.floor is None else round(number.floor, 3),
            "ratio": None if number.ratio is None else round(number.ratio, 2),
            "target": number.target,
            "met": None if self.quick else number.met(),
        }
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def best_cpu(work: Callable[[], object], *, repeat: int = 7) -> float:
    """The least CPU milliseconds of this process over some runs; the first warms caches and is not
    counted."""
    work()
    taken = []
    for _ in range(repeat):
        began = time.process_time()
        work()
        taken.append((time.process_time() - began) * 1000)
    return min(taken)


def median_wall(work: Callable[[], object], *, repeat: int = 7) -> float:
    """The median milliseconds on the clock over some runs, after one that warms caches."""
    work()
    taken = []
    for _ in range(repeat):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


@contextmanager
def clock() -> Iterator[list[float]]:
    """``with clock() as taken:`` leaves the seconds in ``taken[0]``."""
    taken: list[float] = []
    began = time.perf_counter()
    try:
        yield taken
    finally:
        taken.append(time.perf_counter() - began)
