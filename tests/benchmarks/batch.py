"""How well a batch uses the cores, against a pure-Python spin on as many processes: `python tests/benchmarks/batch.py`.

Both speed-ups are measured in one run, interleaved, 3 times; the medians make the ratio. The batch is 1,000 accounts
of plan-hedge, from lines of bytes to lines of bytes, with the start of its processes.
"""

from __future__ import annotations

import copy
import json
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from rules.calculators.plan_hedge import EXAMPLE
from rules.commands.batch import run_lines
from rules.parameters import load_parameters

RUNS = 3
ACCOUNTS = 1000
SPINS = 40_000_000
LIMIT = 0.9


def accounts() -> list[bytes]:
    """The worked example with another VIX, index and size in every line."""
    lines = []
    for number in range(ACCOUNTS):
        account: dict[str, Any] = copy.deepcopy(dict(EXAMPLE))
        account["market"] |= {"vix": 12 + number % 40 / 2, "spx": 5900 + number % 200}
        account["portfolio"]["condors"][0]["contracts"] = 1 + number % 50
        lines.append(json.dumps(account).encode())
    return lines


def spin(count: int) -> None:
    """Arithmetic in pure Python."""
    total = 0
    for number in range(count):
        total += number & 7


def spins(processes: int) -> None:
    """The same number of spins, shared out over processes."""
    if processes == 1:
        return spin(SPINS)
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=spin, args=(SPINS // processes,)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return None


def seconds(work: Callable[[], object]) -> float:
    """Wall time of a call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    """Both speed-ups and their ratio."""
    lines, parameters = accounts(), load_parameters()
    processes = len(os.sched_getaffinity(0))

    def batch(count: int) -> int:
        return sum(len(chunk.text) for chunk in run_lines("plan-hedge", iter(lines), parameters, count))

    batch(1)
    times = [
        (seconds(lambda: spins(1)), seconds(lambda: spins(processes)), seconds(lambda: batch(1)), seconds(lambda: batch(processes)))
        for _ in range(RUNS)
    ]
    spin_one, spin_all, batch_one, batch_all = (statistics.median(column) for column in zip(*times, strict=True))
    reached, possible = batch_one / batch_all, spin_one / spin_all
    print(f"{ACCOUNTS} plans: {batch_one:.2f} s on one process, {batch_all:.2f} s on {processes}: {reached:.2f} times as fast")
    print(f"a spin: {spin_one:.2f} s on one process, {spin_all:.2f} s on {processes}: {possible:.2f} times as fast")
    print(f"share of the possible speed-up: {reached / possible:.2f} (n = {RUNS}, limit {LIMIT})")


if __name__ == "__main__":
    main()
