"""Does any behaviour test notice when a number of the method moves by its smallest step?

`python tests/long/mutate_parameters.py [--only ID ...] [--report FILE]`: every number of `rules/parameters.yaml` goes one
step up and one step down; for each, at least one test of behaviour that reads the parameter has to fail. See README.md.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest  # noqa: E402
import yaml  # noqa: E402

import rules.parameters as loader  # noqa: E402
from rules.canonical import to_json  # noqa: E402
from rules.errors import RulesError  # noqa: E402
from rules.ledger import Ledger  # noqa: E402
from rules.parameter_file import read_parameters  # noqa: E402

WORKERS = 2
SECONDS_A_MUTATION = 900
CONTROL = "unread_by_every_test"
FOLDERS = ("tests/unit/rules", "tests/cases")
NOT_BEHAVIOUR = ("test_parameters.py", "test_schemas.py", "test_catalogue.py")
FRACTIONS = frozenset({"fraction", "fractions", "ratio"})
REALS = frozenset("index_points vix_points vix_points_list vol_points_per_vix_point vix_points_per_percent".split()) | {
    *"z_score rsi_points standard_deviations bp usd_per_contract".split()
}
FINEST = 0.0001  # one basis point
FINE = 0.01
PRINTED = {  # said in rounded percent and nowhere else: the smallest step that a reader can see
    "both_signals_base_rate_fraction": 0.01,
    "vix_jump_fraction": 0.01,
    "capm_breach_base_rate_fraction": 0.001,
    "capm_breach_shown_base_rate_fraction": 0.001,
}
STATED_ONLY = {  # read by no calculation: answered to questions, or kept for a replay; mutated all the same once a calculation reads one
    "layer_order": "the order of the layers is the order of the code that lays them",
}
KILLED, SURVIVED, REFUSED, UNREAD = "killed", "survived", "refused", "unread"


@dataclass(frozen=True)
class Mutation:
    """One number of one parameter moved by one step: `place` says which, `value` is the parameter's whole new value."""

    parameter: str
    place: str
    value: Any

    def __str__(self) -> str:
        return f"{self.parameter}{self.place}"


@dataclass
class Seen:
    """What one test read while it ran."""

    parameters: set[str] = field(default_factory=set)
    reads_the_file: bool = False
    seconds: float = 0.0


def stepped(value: Any, unit: str, size: float | None = None) -> list[tuple[str, Any]]:
    """The neighbours of one number, day or switch, each with what it became."""
    if isinstance(value, bool):
        return [(f" = {not value}".lower(), not value)]
    if isinstance(value, date):
        return [(f" = {day}", day) for day in (value - timedelta(days=1), value + timedelta(days=1))]
    if unit in FRACTIONS or unit in REALS:
        step = size or (FINEST if unit in FRACTIONS else FINE)
        found = [round(value - step, 10), round(value + step, 10)]
    else:
        found = [value - 1, value + 1]
    return [(f" = {number:.8g}", number) for number in found]


def mutations_of(key: str, entry: dict[str, Any]) -> Iterator[Mutation]:
    """Every smallest change of one parameter."""
    value, unit = entry["value"], entry["unit"]
    if unit == "table":
        yield from table_mutations(key, value)
    elif unit == "day_moves":
        yield from move_mutations(key, value)
    elif unit == "name":
        yield from (Mutation(key, f" = {word}", word) for word in entry["choices"] if word != value)
    elif unit == "names":
        for at in range(len(value) - 1):
            yield Mutation(key, f": {value[at]} after {value[at + 1]}", [*value[:at], value[at + 1], value[at], *value[at + 2 :]])
    elif unit == "shocks":
        for at, (fraction, points) in enumerate(value):
            yield from (Mutation(key, f"[{at}].spx{shown}", replaced(value, at, [new, points])) for shown, new in stepped(fraction, "fraction"))
            yield from (Mutation(key, f"[{at}].vix{shown}", replaced(value, at, [fraction, new])) for shown, new in stepped(points, "vix_points"))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from (Mutation(key, f"[{at}]{shown}", replaced(value, at, new)) for shown, new in stepped(item, unit))
    else:
        yield from (Mutation(key, shown, new) for shown, new in stepped(value, unit, PRINTED.get(key)))


def table_mutations(key: str, rows: list[dict[str, Any]]) -> Iterator[Mutation]:
    """Cells one by one; an edge that two rows share moves in both, since a gap or an overlap is refused."""
    lower, upper = ("above", "up_to") if "above" in rows[0] else ("from", "to")
    units = {lower: "days", upper: "days", "beta": "fraction", "budget_fraction": "fraction", "n": "count"}
    for at, row in enumerate(rows):
        for column, cell in row.items():
            if cell is None or (column == lower and at):
                continue
            for shown, new in stepped(cell, units[column]):
                changed = replaced(rows, at, row | {column: new})
                if column == upper and at + 1 < len(rows):
                    changed = replaced(changed, at + 1, rows[at + 1] | {lower: new})
                yield Mutation(key, f"[{at}].{column}{shown}", changed)


def move_mutations(key: str, days: list[dict[str, Any]]) -> Iterator[Mutation]:
    """The day, the two moves, and each pair of days to expiry and points of a future."""
    units = {"date": "date", "spx_fraction": "fraction", "vix_points": "vix_points", "days": "days", "future_points": "vix_points"}
    for at, day in enumerate(days):
        for column, cell in day.items():
            if isinstance(cell, list):
                for inner, item in enumerate(cell):
                    for shown, new in stepped(item, units[column]):
                        yield Mutation(key, f"[{at}].{column}[{inner}]{shown}", replaced(days, at, day | {column: replaced(cell, inner, new)}))
            else:
                yield from (
                    Mutation(key, f"[{at}].{column}{shown}", replaced(days, at, day | {column: new})) for shown, new in stepped(cell, units[column])
                )


def replaced(items: list[Any], at: int, item: Any) -> list[Any]:
    """A copy of the list with one item exchanged."""
    return [*items[:at], item, *items[at + 1 :]]


def written(raw: dict[str, Any], folder: Path) -> None:
    """A parameter file of `raw` with its kept values, as the loader finds the shipped pair. Raises RulesError when it is refused."""
    path = folder / loader.SHIPPED.name
    path.write_text(yaml.safe_dump(raw, allow_unicode=True, sort_keys=False), encoding="utf-8")
    parameters = read_parameters(path)
    (folder / loader.KEPT.name).write_text(to_json(loader.as_kept(parameters, path.read_bytes())), encoding="utf-8")


def with_control(raw: dict[str, Any], value: int = 1) -> dict[str, Any]:
    """The file with one parameter more, which nothing reads."""
    entry = {"value": value, "unit": "count", "basis": "assumed", "range": [0, 9], "reason": "Nothing reads it."}
    return raw | {"parameters": raw["parameters"] | {CONTROL: entry}}


class Check:
    """A pytest plugin that takes the place of the run: record what each test reads, then run tests on mutated parameters."""

    def __init__(self, only: list[str], say: Any) -> None:
        self.only, self.say = only, say
        self.raw: dict[str, Any] = yaml.safe_load(loader.SHIPPED.read_text(encoding="utf-8"))
        self.seen: dict[str, Seen] = defaultdict(Seen)
        self.failed: set[str] = set()
        self.outcomes: list[tuple[Mutation, str]] = []
        self.calculated: set[str] = set()
        self.killers: set[tuple[str, str]] = set()
        self.current: Seen | None = None
        self.items: dict[str, Any] = {}
        self.fit: list[str] = []

    def pytest_configure(self) -> None:
        from hypothesis import HealthCheck, Phase, settings  # pytest prepares the module before anything imports it

        phases = (Phase.explicit, Phase.generate)  # a failure is enough, the smallest one is not looked for
        settings.register_profile("mutation", derandomize=True, database=None, deadline=None, phases=phases, suppress_health_check=list(HealthCheck))
        settings.load_profile("mutation")

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.seen[report.nodeid].seconds += report.duration
        if report.failed:
            self.failed.add(report.nodeid)

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self.say(f"not collected: {report.nodeid}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: Any) -> bool:
        items = [item for item in session.items if item.path.name not in NOT_BEHAVIOUR and "fresh" not in item.fixturenames]
        self.items = {item.nodeid: item for item in items}
        folder = Path(tempfile.mkdtemp(prefix="mutated-"))
        try:
            self._record()
            self._drop_unfit(folder)
            self._mutate(folder)
        finally:
            shutil.rmtree(folder)
        return True

    def _record(self) -> None:
        """Run every test once on the shipped values, noting the parameters it reads and how long it takes."""
        for owner, name in ((Ledger, "parameter"), (loader.Parameters, "__getitem__")):
            setattr(owner, name, self._noting(getattr(owner, name)))
        self.say(f"recording what {len(self.items)} tests read")
        for nodeid, item in self.items.items():
            self.current = self.seen[nodeid]
            run(item)
        self.current = None

    def _noting(self, original: Any) -> Any:
        """`original` noting each id; a test that asks for a value itself, instead of a calculation, is none of behaviour."""

        def noting(this: Any, key: str) -> Any:
            if self.current is not None:
                frame = sys._getframe(1)
                while frame.f_back is not None and "collections" in frame.f_code.co_filename:
                    frame = frame.f_back
                self.current.parameters.add(key)
                self.calculated |= {key} if isinstance(this, Ledger) else set()
                self.current.reads_the_file |= "/tests/" in frame.f_code.co_filename and Path(__file__).name not in frame.f_code.co_filename
            return original(this, key)

        return noting

    def _drop_unfit(self, folder: Path) -> None:
        """Leave out tests that fail anyhow, that ask for values themselves, or that notice a change of what no test reads."""
        failing = sorted(self.failed)
        readers = sorted(nodeid for nodeid, seen in self.seen.items() if seen.reads_the_file and nodeid not in self.failed)
        kept = [nodeid for nodeid in self.items if self.seen[nodeid].parameters and nodeid not in {*failing, *readers}]
        written(with_control(self.raw), folder)
        process, pipe = self._start(kept, folder, stop=False)
        noticing = self._result(process, pipe)
        for title, names in (("fails on the shipped values", failing), ("reads values itself", readers), ("notices any change", sorted(noticing))):
            for name in names:
                self.say(f"left out, {title}: {name}")
        self.fit = [nodeid for nodeid in kept if nodeid not in set(noticing)]
        self.say(f"{len(self.fit)} tests of behaviour read parameters, {sum(self.seen[name].seconds for name in self.fit):.0f} s")

    def _mutate(self, folder: Path) -> None:
        """Every mutation with its tests, `WORKERS` at a time; `outcomes` in the order of the file."""
        found = [one for key, entry in self.raw["parameters"].items() for one in mutations_of(key, entry) if not self.only or key in self.only]
        if not self.only:
            found.insert(0, Mutation(CONTROL, " = 2", 2))
        running: dict[int, tuple[int, int, Path]] = {}
        results: dict[int, str] = {}
        waiting = list(enumerate(found))
        while waiting or running:
            while waiting and len(running) < WORKERS:
                number, mutation = waiting.pop(0)
                place = folder / str(number)
                place.mkdir()
                tests = self._tests_of(mutation)
                if mutation.parameter in STATED_ONLY and mutation.parameter not in self.calculated:
                    self._finish(results, number, mutation, UNREAD, [])
                    continue
                raw = with_control(self.raw, 2) if mutation.parameter == CONTROL else copy.deepcopy(self.raw)
                raw["parameters"][mutation.parameter]["value"] = mutation.value
                try:
                    written(raw, place)
                except RulesError:
                    self._finish(results, number, mutation, REFUSED, [])
                    continue
                process, pipe = self._start(tests, place, stop=True)
                running[process] = (pipe, number, place)
            if running:
                process, _ = os.wait()
                if process not in running:  # a helper process that a test left behind
                    continue
                pipe, number, place = running.pop(process)
                killers = drained(pipe)
                shutil.rmtree(place)
                self._finish(results, number, found[number], KILLED if killers else SURVIVED, killers)
        self.outcomes = [(mutation, results[number]) for number, mutation in enumerate(found)]

    def _tests_of(self, mutation: Mutation) -> list[str]:
        if mutation.parameter == CONTROL:
            return self.fit
        reading = (name for name in self.fit if mutation.parameter in self.seen[name].parameters)
        return sorted(reading, key=lambda name: ((mutation.parameter, name) not in self.killers, self.seen[name].seconds))

    def _finish(self, results: dict[int, str], number: int, mutation: Mutation, outcome: str, killers: list[str]) -> None:
        results[number] = outcome
        self.killers.update((mutation.parameter, name) for name in killers)
        self.say(f"{len(results):4} {outcome:8} {mutation}" + (f"  by {killers[0].split('::', 1)[-1][:90]}" if killers else ""))

    def _start(self, tests: list[str], folder: Path, stop: bool) -> tuple[int, int]:
        """Fork a child that runs the tests on the files in `folder` and writes the names of those that fail into a pipe."""
        out, into = os.pipe()
        process = os.fork()
        if process:
            os.close(into)
            return process, out
        signal.alarm(SECONDS_A_MUTATION)  # a child that hangs ends without a failed test, and its mutation has survived
        loader.SHIPPED, loader.KEPT = folder / loader.SHIPPED.name, folder / loader.KEPT.name
        self.failed = set()
        try:
            for name in tests:
                run(self.items[name])
                if name in self.failed:
                    os.write(into, f"{name}\n".encode())
                    if stop:
                        break
        finally:
            os._exit(0)

    def _result(self, process: int, pipe: int) -> list[str]:
        failed = drained(pipe)
        os.waitpid(process, 0)
        return failed


def run(item: Any) -> None:
    """One test with all of its fixtures set up and torn down, so that none keeps values of other parameters."""
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)


def drained(pipe: int) -> list[str]:
    """The lines a child wrote."""
    with os.fdopen(pipe, encoding="utf-8") as lines:
        return lines.read().split("\n")[:-1]


def report(outcomes: list[tuple[Mutation, str]]) -> dict[str, Any]:
    """Counts and survivors; the control is apart, since it has to survive."""
    control = [outcome for mutation, outcome in outcomes if mutation.parameter == CONTROL]
    real = [(mutation, outcome) for mutation, outcome in outcomes if mutation.parameter != CONTROL]
    counts = Counter(outcome for _, outcome in real)
    return {
        "control": control[0] if control else "not run",
        "mutations": len(real),
        **{outcome: counts[outcome] for outcome in (KILLED, SURVIVED, REFUSED, UNREAD)},
        "no_calculation_reads": sorted({mutation.parameter for mutation, outcome in real if outcome == UNREAD}),
        "survivors": [str(mutation) for mutation, outcome in real if outcome == SURVIVED],
    }


def main() -> int:
    """0 when every accepted mutation is killed and the control survives, else 1."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--only", action="append", default=[], metavar="ID", help="only this parameter; may be repeated")
    words.add_argument("--report", type=Path, help="write the report to this file as well")
    words.add_argument("tests", nargs="*", default=[], help="test files instead of all of rules")
    given = words.parse_args()
    screen = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    started = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - started:6.0f} s  {line}", file=screen)

    check = Check(given.only, say)
    unknown = set(given.only) - set(check.raw["parameters"])
    if unknown:
        words.error(f"no such parameter: {', '.join(sorted(unknown))}")
    kept = [os.dup(1), os.dup(2)]
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    os.chdir(ROOT)
    try:
        pytest.main(["-p", "no:cacheprovider", "-s", "--continue-on-collection-errors", *(given.tests or FOLDERS)], plugins=[check])
    finally:
        for number, old in enumerate(kept, start=1):
            os.dup2(old, number)
    text = json.dumps(report(check.outcomes), indent=1)
    print(text, file=screen)
    if given.report is not None:
        given.report.write_text(text + "\n", encoding="utf-8")
    judged = [(mutation, outcome) for mutation, outcome in check.outcomes if outcome in (KILLED, SURVIVED)]
    good = bool(check.outcomes) and all((outcome == SURVIVED) == (mutation.parameter == CONTROL) for mutation, outcome in judged)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
