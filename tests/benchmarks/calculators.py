"""Cold start of every calculator, and a full plan warm: `python tests/benchmarks/calculators.py`.

Each calculator runs its own example in a fresh process, interleaved with `python -c "import pydantic, numpy"`, to which
`talib` and `scipy.special` are added where the calculator loads them (its own process says which).
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rules.catalogue import MODULES, calculator
from rules.engine import run
from rules.parameters import load_parameters

RUNS = 9
LIMIT = 2.0
LOADED = "import sys; sys.argv[1:] = {words!r}; from rules.__main__ import main; main(sys.argv[1:]); print([m for m in ('talib', 'scipy.special') if m in sys.modules], file=sys.stderr)"


def seconds(command: list[str]) -> float:
    """Wall time of a process."""
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def loaded_by(words: list[str]) -> list[str]:
    """Which of the slow libraries a command loads."""
    found = subprocess.run([sys.executable, "-c", LOADED.format(words=words)], capture_output=True, text=True, check=True)
    return [name for name in ("talib", "scipy.special") if name in found.stderr.splitlines()[-1]]


def cold(name: str, file: Path) -> None:
    """Print the ratio of a calculator's process to the imports."""
    words = ["run", name, str(file)]
    slow = loaded_by(words)
    reference = [sys.executable, "-c", ", ".join(["import pydantic, numpy", *slow])]
    command = [str(Path(sys.executable).with_name("alvh")), "rules", *words]
    seconds(command), seconds(reference)
    pairs = [(seconds(reference), seconds(command)) for _ in range(RUNS)]
    low, high = statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)
    print(f"alvh rules run {name}: {high / low:.2f} times ({high * 1000:.0f} ms against {low * 1000:.0f} ms, n = {RUNS}, limit {LIMIT}) {slow or ''}")


def warm_plan() -> None:
    """Print the median time of a full plan: four futures, three calls, a fund, every layer, a 41 x 41 grid."""
    text = (Path(__file__).parents[2] / "docs" / "example-book.json").read_text(encoding="utf-8")
    raw = json.loads(text)
    raw["market"]["futures"] += [{"expiry": "2026-07-22", "price_index_points": 20.8}, {"expiry": "2026-08-19", "price_index_points": 21.3}]
    calls = [{"expiry": "2026-07-22", "strike": 27, "implied_volatility": 0.9}, {"expiry": "2026-08-19", "strike": 28, "implied_volatility": 0.85}]
    raw["market"]["calls"] += calls
    fund = [{"expiry": f["expiry"], "price": f["price_index_points"], "weight_fraction": 0.5} for f in raw["market"]["futures"][:2]]
    raw["market"]["etfs"] = [{"ticker": "VIXY", "share_price_usd": 40, "futures": fund}]
    parameters = load_parameters()
    for words, more in (("without a grid", {}), ("with a 41 x 41 grid", {"grid": {"spx_points": 41, "vix_points": 41}})):
        run("plan-hedge", raw | more, parameters)
        times = []
        for _ in range(50):
            started = time.perf_counter()
            run("plan-hedge", raw | more, parameters)
            times.append(time.perf_counter() - started)
        print(f"plan-hedge warm, full stack, {words}: median {statistics.median(times) * 1000:.1f} ms, n = 50")


def main() -> None:
    """Every calculator, then the plan."""
    with tempfile.TemporaryDirectory() as folder:
        for name in MODULES:
            file = Path(folder) / f"{name}.json"
            file.write_text(json.dumps(calculator(name).EXAMPLE), encoding="utf-8")
            cold(name, file)
    warm_plan()


if __name__ == "__main__":
    main()
