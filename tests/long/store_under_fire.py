"""A base through kills, crowds, full disks and damage: `python tests/long/store_under_fire.py [--kills N] [--seconds N] [--only NAME]`.

Every part ends with `check` and a comparison of each document that was reported as added with the file it came from. Prints a line a
part and exits 1 when one fails. Needs Linux; the parts that mount a small file system need root, and say so when they are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge.ingest import read_document
from knowledge.storage.checking import Finding, check_store
from knowledge.storage.opening import open_store
from knowledge.storage.schema import FILE_NAME

DOCUMENTS = 500
LEFT = 1_000_000  # bytes beside a base whose log has room for some pages already
SEED = 20260509
KNOWLEDGE = [sys.executable, "-m", "knowledge"]


class Failed(Exception):
    """What did not hold."""


def write_pages(folder: Path, count: int, first: int = 0) -> dict[str, str]:
    """Small pages of one sentence; returns the text of each by its id."""
    folder.mkdir(parents=True)
    chance = random.Random(first)
    words = "harbour pilot ship lamp gauge vega hedge layer futures call strike expiry roll premium margin tide".split()
    texts = {}
    for number in range(first, first + count):
        body = f"The {chance.choice(words)} of page {number} is a {chance.choice(words)}."
        path = folder / f"page-{number:05}.txt"
        path.write_text(f"URL: https://www.example.com/page/{number}\nTITLE: Page {number}\n{body}\n", encoding="utf-8")
        document = read_document(path)
        texts[document.document_id] = document.text
    return texts


def run(*arguments: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
    """Run a knowledge command to its end; a traceback or another exit code than expected fails."""
    done = subprocess.run([*KNOWLEDGE, *arguments], capture_output=True, text=True, timeout=600)
    if "Traceback" in done.stderr or (code is not None and done.returncode != code):
        raise Failed(f"{arguments[:2]} gave {done.returncode}: {done.stderr[-400:]}")
    return done


def sound(base: Path, texts: dict[str, str], reported: set[str], real: bool = True) -> int:
    """Check the base, and that what was reported is there whole; returns how many pages it holds. `real`: its vectors are those of the encoder."""
    if real:
        report = json.loads(run("check", "--json", "--knowledge", str(base)).stdout)
        findings = [] if report["ok"] else report["findings"] or [report]
    else:
        with open_store(base) as store:
            findings = [step for step in check_store(store, None) if isinstance(step, Finding) and step.where != "encoder"]
    if findings:
        raise Failed(f"check: {findings[:3]}")
    with open_store(base) as store:
        held = {document.document_id: document.text for document in store.documents("user")}
    if missing := reported - set(held):
        raise Failed(f"{len(missing)} documents were reported as added and are not there")
    if partial := [name for name, text in held.items() if texts.get(name) != text]:
        raise Failed(f"{len(partial)} documents are not whole, for instance {partial[0]}")
    return len(held)


def added_in(output: str) -> set[str]:
    """Ids that an addition has reported as being in."""
    return {
        line.split()[1] for line in output.splitlines() if line.split()[:1] in (["added"], ["replaced"], ["unchanged"]) and len(line.split()) == 2
    }


SWIFT = """
import hashlib, sys
import numpy as np
from knowledge import base
from knowledge.__main__ import main
from knowledge.encoding.bulk import DefaultEncoder
from knowledge.encoding.model import model_folder

class Swift(DefaultEncoder):
    def encode(self, texts):
        seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") for text in texts]
        rows = np.array([np.random.default_rng(seed).normal(size=384) for seed in seeds], dtype=np.float32).reshape(len(texts), 384)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def encode_batches(self, batches):
        return (self.encode(batch) for batch in batches)

base.encoder_named = lambda name, remembered: Swift(model_folder())
raise SystemExit(main(sys.argv[1:]))
"""


def kills(place: Path, count: int) -> str:
    """kill -9 at random moments of an `add` of 500 pages; what is there is gone on with, and a complete base is followed by a new one.

    One in five falls within the first seconds, the others a moment after a random number of pages was reported, so that they
    are spread over the writing whatever the speed of the machine. In nine of ten the vectors cost nothing (they are drawn from the
    text's hash), so that the writing is dense; the tenth is the program as it is.
    """
    swift = kills_of(place, [sys.executable, "-c", SWIFT], round(0.9 * count), 1.5, real=False)
    whole = kills_of(place, KNOWLEDGE, count - round(0.9 * count), 8.0, real=True)
    return f"{swift}; with the real encoder {whole}"


def kills_of(place: Path, program: list[str], count: int, early_seconds: float, real: bool) -> str:
    """Kills of one program."""
    pages = place / f"pages-{count}"
    texts = write_pages(pages, DOCUMENTS)
    chance = random.Random(SEED)
    base, finished, inside = place / f"base-{count}-0", 0, 0
    reported: set[str] = set()
    for number in range(count):
        log = place / "log"
        lines = 0 if chance.random() < 0.2 else chance.randint(1, DOCUMENTS)
        moment = chance.uniform(0.0, early_seconds) if lines == 0 else chance.uniform(0.0, 0.1)
        with log.open("wb") as stream:
            command = [*program, "add", str(pages), "--knowledge", str(base)]
            process = subprocess.Popen(command, stdout=stream, stderr=subprocess.DEVNULL, start_new_session=True)
        while process.poll() is None and log.read_bytes().count(b"\n") < lines:
            time.sleep(0.005)
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            inside += 1
        reported |= added_in(log.read_text(encoding="utf-8"))
        held = sound(base, texts, reported, real) if base.exists() else 0
        print(f"  kill {number + 1} of {count}: {held} pages, {len(reported)} reported", file=sys.stderr, flush=True)
        if held == DOCUMENTS:
            finished += 1
            base, reported = place / f"base-{count}-{finished}", set()
    subprocess.run([*program, "add", str(pages), "--knowledge", str(base)], check=True, capture_output=True)
    if sound(base, texts, set(texts), real) != DOCUMENTS:
        raise Failed("going on did not complete the base")
    return f"{count} runs, {inside} killed before their end, {finished + 1} bases completed by going on"


def crowd(place: Path, seconds: float) -> str:
    """Two processes add and replace while a third asks, for a while."""
    texts = write_pages(place / "one", 150) | write_pages(place / "other", 150, first=1000)
    base = place / "base"
    run("stats", "--knowledge", str(base))
    ends = time.monotonic() + seconds
    script = (
        "import subprocess, sys, time\nends = time.monotonic() + float(sys.argv[1])\nn = 0\n"
        "while time.monotonic() < ends:\n"
        "    done = subprocess.run(sys.argv[2:], capture_output=True, text=True)\n    n += 1\n"
        "    assert done.returncode == 0 and 'Traceback' not in done.stderr, (done.returncode, done.stderr[-600:])\n"
        "print(n)\n"
    )
    loop = [sys.executable, "-c", script, str(seconds)]
    jobs = [[*loop, *KNOWLEDGE, "add", str(place / name), "--knowledge", str(base)] for name in ("one", "other")]
    jobs.append([*loop, *KNOWLEDGE, "search", "the harbour and the pilot", "--json", "--knowledge", str(base)])
    processes = [subprocess.Popen(job, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for job in jobs]
    removed = 0
    while time.monotonic() < ends - 5:
        with open_store(base) as store:
            names = [document.document_id for document in store.documents("user")][:20]
            for name in names:
                store.remove(name)
                removed += 1
        time.sleep(0.5)
    counts = []
    for process in processes:
        output, complaint = process.communicate(timeout=300)
        if process.returncode:
            raise Failed(complaint[-600:])
        counts.append(int(output))
    for name in ("one", "other"):
        run("add", str(place / name), "--knowledge", str(base))
    if sound(base, texts, set(texts)) != len(texts):
        raise Failed("pages are missing")
    return f"{counts[0]} and {counts[1]} additions, {counts[2]} questions, {removed} removals between them in {seconds:.0f} s"


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Path]:
    """A file system of a few megabytes."""
    disk = place / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(disk)], check=True, capture_output=True)
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def full_disk(place: Path) -> str:
    """An addition that outgrows its disk: what was reported is there, and it goes on when there is room."""
    texts = write_pages(place / "pages", DOCUMENTS)
    with small_disk(place, 64) as disk:
        ballast = disk / "ballast"
        run("stats", "--knowledge", str(disk / "base"))
        ballast.write_bytes(bytes(shutil.disk_usage(disk).free - LEFT))
        done = run("add", str(place / "pages"), "--knowledge", str(disk / "base"), code=2)
        if "check the disk" not in done.stderr:
            raise Failed(f"no remedy in: {done.stderr[-300:]}")
        reported = added_in(done.stdout)
        before = sound(disk / "base", texts, reported)
        ballast.unlink()
        subprocess.run(["mount", "-o", "remount,size=128m", str(disk)], check=True)
        run("add", str(place / "pages"), "--knowledge", str(disk / "base"))
        after = sound(disk / "base", texts, set(texts))
    return f"{len(reported)} reported, {before} held when the disk was full, {after} after there was room"


def read_only(place: Path) -> str:
    """A base on a file system that is mounted read-only: it answers, and every change is refused."""
    texts = write_pages(place / "pages", 20)
    with small_disk(place, 32) as disk:
        base = disk / "base"
        run("add", str(place / "pages"), "--knowledge", str(base))
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        run("search", "the harbour", "--json", "--knowledge", str(base))
        for refused in (["add", str(place / "pages")], ["remove", next(iter(texts))], ["reencode"], ["check", "--repair"][:1]):
            run(*refused, "--knowledge", str(base), code=0 if refused[0] == "check" else 2)
        run("stats", "--knowledge", str(disk / "new"))
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        held = sound(base, texts, set(texts))
    return f"{held} pages, answered and unchanged"


def damage(place: Path) -> str:
    """Files cut off, overwritten, foreign and of another encoder: refused with a remedy, and read out by `check --repair`."""
    texts = write_pages(place / "pages", 60)
    whole = place / "whole"
    run("add", str(place / "pages"), "--knowledge", str(whole))
    content = (whole / FILE_NAME).read_bytes()
    chance = random.Random(SEED)
    saved = []
    for number in range(12):
        base = place / f"damaged-{number}"
        base.mkdir()
        harmed = bytearray(content)
        if number % 2:
            del harmed[int(len(harmed) * chance.uniform(0.3, 0.99)) :]
        else:
            begin = chance.randrange(8, len(harmed) // 4096 - 4) * 4096
            harmed[begin : begin + 4 * 4096] = chance.randbytes(4 * 4096)
        (base / FILE_NAME).write_bytes(harmed)
        done = run("check", "--repair", "--json", "--knowledge", str(base), code=None)
        if done.returncode not in (0, 2):
            raise Failed(f"check --repair gave {done.returncode}")
        saved.append(sound(base, texts, set()))
        if not list(base.glob(f"{FILE_NAME}.damaged*")) and saved[-1] < len(texts):
            raise Failed("the damaged file was not kept")
        run("add", str(place / "pages"), "--knowledge", str(base))
        sound(base, texts, set(texts))
    foreign = place / "foreign"
    foreign.mkdir()
    (foreign / FILE_NAME).write_text("a shopping list\n" * 500, encoding="utf-8")
    run("add", str(place / "pages"), "--knowledge", str(foreign), code=2)
    run("check", "--repair", "--knowledge", str(foreign), code=2)
    if (foreign / FILE_NAME).read_text(encoding="utf-8") != "a shopping list\n" * 500:
        raise Failed("a foreign file was changed")
    return f"of 60 pages {sorted(saved)} saved from 12 damaged files; all complete after adding again; a foreign file was left alone"


def other_encoder(place: Path) -> str:
    """The same weights under another name: encoded anew when asked for, stopped in between, and gone on with."""
    from knowledge.encoding.model import model_folder

    texts = write_pages(place / "pages", 200)
    base, other = place / "base", place / "other-model"
    run("add", str(place / "pages"), "--knowledge", str(base))
    shutil.copytree(model_folder(), other)
    os.environ["ALVH_ENCODER"] = str(other)
    try:
        process = subprocess.Popen(
            [*KNOWLEDGE, "reencode", "--knowledge", str(base)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(9)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        run("search", "the harbour", "--json", "--knowledge", str(base))
        run("reencode", "--knowledge", str(base))
        with open_store(base) as store:
            if store.encoder_name != str(other):
                raise Failed(f"the base is encoded by {store.encoder_name}")
        held = sound(base, texts, set(texts))
    finally:
        del os.environ["ALVH_ENCODER"]
    return f"{held} pages encoded by another encoder after a kill in between"


def main() -> int:
    """Every part, or one."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--only")
    options = parser.parse_args()
    parts: dict[str, Callable[[Path], str]] = {
        "kills": lambda place: kills(place, options.kills),
        "crowd": lambda place: crowd(place, options.seconds),
        "damage": damage,
        "other_encoder": other_encoder,
    }
    if os.geteuid() == 0:
        parts |= {"full_disk": full_disk, "read_only": read_only}
    else:
        print("full_disk, read_only: left out, they need root to mount a small file system")
    failed = 0
    for name, part in parts.items():
        if options.only in (None, name):
            with tempfile.TemporaryDirectory(prefix="alvh-fire-") as folder:
                try:
                    print(f"{name}: {part(Path(folder))}", flush=True)
                except Failed as error:
                    failed += 1
                    print(f"{name}: FAILED, {error}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
