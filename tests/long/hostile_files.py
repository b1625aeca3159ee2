"""200 hostile files through the limited reader: `python tests/long/hostile_files.py [--files N]`.

Generated with a fixed seed: fuzzed pages, archives and bombs named .pdf, real PDF with bombs inside, 100 MB of one line, deep HTML, NULs, direction
overrides, terminal escapes, YAML bombs, broken encodings, pipes, folders and links. Each is read within 10 s and 500 MB, or refused with one printable
line; no document holds a control character; the program that reads them neither crashes nor prints what is in them.
"""

from __future__ import annotations

import argparse
import gzip
import io
import os
import random
import socket
import sys
import tempfile
import threading
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from knowledge.documents import Document, without_controls
from knowledge.errors import KnowledgeError
from knowledge.ingest.limits import MEGABYTES, LimitedReader

SEED = 20260509
MOST_SECONDS = 10.0
PROJECT = Path(__file__).parents[2]
ESCAPES = [
    "\x1b[31m",
    "\x1b]0;title\x07",
    "\x1b]8;;http://evil.example\x1b\\",
    "\x9b2J",
    "\x9d0;x\x9c",
    "\u202e",
    "\u2066",
    "\u200b",
    "\x00",
    "\x7f",
    "\U000e0041",
    "\x1b]unfinished",
    "\r",
    "\x85",
]

NAMES = ["", "\x1b[2J", "\u202e", " x", "\x1b]0;t\x07"]


def pdf_with(stream: bytes, entries: bytes = b"") -> bytes:
    """A PDF of one page with a given content stream, its tables right."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d %s >>\nstream\n" % (len(stream), entries) + stream + b"\nendstream",
    ]
    out, places = io.BytesIO(b"%PDF-1.7\n"), []
    out.seek(0, 2)
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    table = out.tell()
    out.write(b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % table)
    return out.getvalue()


def zip_bomb(_: random.Random) -> bytes:
    """An archive of 200 MB of zeros."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"{number}.txt", bytes(50_000_000))
    return buffer.getvalue()


def flate_bomb(chance: random.Random) -> bytes:
    """A PDF whose content unpacks to hundreds of megabytes."""
    return pdf_with(zlib.compress(bytes(chance.choice([100, 400]) * 1_000_000), 9), b"/Filter /FlateDecode")


def long_pdf(chance: random.Random) -> bytes:
    """A PDF whose content stream is millions of operators."""
    return pdf_with(zlib.compress(b"BT /F1 9 Tf 1 0 0 1 9 9 Tm (lamp) Tj ET\n" * chance.choice([200_000, 1_000_000]), 9), b"/Filter /FlateDecode")


def fuzzed(chance: random.Random, pages: list[bytes]) -> bytes:
    """A real page with bytes changed, cut out and repeated."""
    data = bytearray(chance.choice(pages))
    for _ in range(chance.randrange(1, 60)):
        place = chance.randrange(len(data) + 1)
        act = chance.randrange(4)
        if act == 0:
            data[place:place] = chance.randbytes(chance.randrange(1, 30))
        elif act == 1:
            del data[place : place + chance.randrange(200)]
        elif act == 2:
            data[place:place] = chance.choice(ESCAPES).encode("utf-8")
        else:
            data[place:place] = data[place : place + chance.randrange(300)] * chance.randrange(1, 9)
    return bytes(data)


def escaped(chance: random.Random) -> str:
    """Text with escapes between its words."""
    words = "The lamp burns all night and guides the ships to the harbour".split()
    return "".join(word + chance.choice([" ", *ESCAPES]) for word in words * 5) + "."


def nested(chance: random.Random, opening: str, closing: str) -> str:
    """HTML that is deep, or never closed."""
    depth = chance.choice([1_000, 100_000, 500_000])
    return f"<html><body>{opening * depth}<p>The lamp burns at the bottom.</p>{closing * depth}</body></html>"


def yaml_bomb(_: random.Random) -> str:
    """Nine levels of nine aliases each."""
    levels = ["a0: &a0 [lamp, lamp, lamp, lamp, lamp, lamp, lamp, lamp, lamp]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    return "\n".join(levels)


class Special:
    """A thing that is no file with bytes: what makes it at a path."""

    def __init__(self, make: Callable[[Path], object]) -> None:
        self.make = make


def socket_at(path: Path) -> None:
    """A socket that nobody answers."""
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(path))


SPECIAL = [
    (".txt", Special(os.mkfifo)),
    (".pdf", Special(os.mkfifo)),
    (".txt", Special(os.mkdir)),
    (".yaml", Special(socket_at)),
    (".txt", Special(lambda path: path.symlink_to("/dev/zero"))),
    (".txt", Special(lambda path: path.symlink_to(path))),
    (".txt", Special(lambda path: path.symlink_to("/proc/self/maps"))),
    (".txt\x1b[31m", Special(lambda path: path.write_bytes(b"Lamp\n\nThe lamp burns.\n"))),
]
Maker = Callable[[random.Random], bytes | str | Special]


def makers() -> list[tuple[str, Maker]]:
    """Ending and maker of each kind of file."""
    folders = [PROJECT / "tests" / "fixtures" / "knowledge_pages", PROJECT / "knowledge" / "articles"]
    pages = [path.read_bytes() for folder in folders for path in sorted(folder.iterdir()) if path.is_file()]
    html = ["<html><head><title>T</title></head><body><article><h1>T</h1>", "</article></body></html>"]
    kinds: list[tuple[str, Maker]] = [(ending, lambda chance: fuzzed(chance, pages)) for ending in (".txt", ".md", ".html", ".yaml", ".pdf") * 4]
    kinds += [
        (".pdf", zip_bomb),
        (".pdf", flate_bomb),
        (".pdf", long_pdf),
        (".pdf", lambda chance: pdf_with(chance.randbytes(5000))),
        (".pdf", lambda chance: pdf_with(b"BT (lamp) Tj ET")[: chance.randrange(10, 500)]),
        (".pdf", lambda chance: b"%PDF-1.4\n" + chance.randbytes(20_000)),
        (".gz.txt", lambda _: gzip.compress(bytes(100_000_000))),
        (".txt", lambda _: b"x" * 100_000_000),
        (".txt", lambda _: b"x" * 20_000_000),
        (".txt", lambda _: b"x" * 4_900_000),
        (".txt", lambda _: b"lamp " * 9_000_000),
        (".txt", lambda _: b"Title\n\n" + (b"educational not " * 120 + b"\n\n") * 2_500),
        (".txt", lambda _: b'Title\n\n="' + b'"' + b" " * 4_000_000 + b"x."),
        (".txt", lambda _: "Title\n\n" + "\x9d0;x" * 1_000_000),
        (".md", lambda _: "# T\n\n# a" + " " * 2_000_000 + "b\nThe lamp burns.\n"),
        (".md", lambda _: "```\n# a\n" * 400_000 + "The lamp burns.\n"),
        (".md", lambda _: f"---\ntitle: {'lamp ' * 900_000}\n---\nThe lamp burns.\n"),
        (".md", lambda _: "---\ntags: &a [*a]\n---\nThe lamp burns.\n"),
        (
            ".yaml",
            lambda chance: f'terms:\n  - {{term: "\\e[2Jlamp{chance.random()}", definition: "A \\u202elight\\e]0;x\\a.", aliases: ["\\x9b2J"]}}\n',
        ),
        (".html", lambda chance: nested(chance, "<header>", "</header>")),
        (".html", lambda chance: nested(chance, "<h2>", "</h2>")),
        (".html", lambda chance: html[0] + f"<p data-term='{escaped(chance)}' data-def='{escaped(chance)}'>The lamp burns.</p>" + html[1]),
        (".html", lambda chance: f"{html[0]}<p>{escaped(chance)}</p>{html[1]}".encode("utf-16")),
        (".txt", lambda _: b"The lamp burns. " * 250_000),
        (".txt", lambda _: b"- lamp\n" * 1_000_000),
        (".txt", lambda _: b"\n" * 20_000_000),
        (".txt", lambda _: b"Lamp Oil\n" * 400_000),
        (".txt", lambda _: b'a" class="' * 400_000),
        (".txt", lambda _: b'data-term="x" ' * 300_000),
        (".txt", lambda _: b"educational not " * 250_000),
        (".txt", lambda _: b"http://" * 500_000),
        (".txt", lambda _: "\x1b]" * 2_000_000),
        (".txt", escaped),
        (".txt", lambda chance: f"URL: https://e.example/\x1b[31m\nTITLE: {escaped(chance)}\n{escaped(chance)}\n"),
        (".txt", lambda chance: bytes(chance.randrange(10, 5000))),
        (".txt", lambda chance: chance.randbytes(20_000)),
        (".txt", lambda chance: escaped(chance).encode("utf-16")[: chance.randrange(5, 300)]),
        (".txt", lambda _: b"\xff\xfe" + b"\x00\xd8" * 5000),
        (".txt", lambda _: "a\u0301" * 1_000_000),
        (".txt", lambda _: "(" * 1_000_000 + "."),
        (".md", lambda chance: f'---\ntitle: "a\\e[2J{chance.random()}"\ntags: ["\\u202e", "\\0"]\n---\n{escaped(chance)}\n'),
        (".md", lambda _: "---\n" + yaml_bomb(_) + "\ntitle: x\n---\nThe lamp burns.\n"),
        (".md", lambda _: "---\n" + "a: {" * 5_000 + "\n---\nThe lamp burns.\n"),
        (".md", lambda _: "---\n" + "k: v\n" * 300_000 + "---\nThe lamp burns.\n"),
        (".md", lambda _: "# Lamp\n" * 300_000 + "The lamp burns.\n"),
        (".yaml", yaml_bomb),
        (".yaml", lambda _: "terms:\n" + "  - {term: lamp, definition: A light.}\n" * 30_000),
        (".yaml", lambda _: "terms: " + "[" * 100_000),
        (".html", lambda chance: nested(chance, "<div>", "</div>")),
        (".html", lambda chance: nested(chance, "<ul><li>", "")),
        (".html", lambda chance: nested(chance, "<table><tr><td>", "</td></tr></table>")),
        (".html", lambda chance: nested(chance, "<b>", "")),
        (".html", lambda _: html[0] + "<p " + "a=b " * 1_000_000 + ">lamp</p>" + html[1]),
        (".html", lambda _: html[0] + "<p>The lamp burns all night.</p>" * 200_000 + html[1]),
        (".html", lambda _: html[0] + "&lt;" * 1_000_000 + html[1]),
        (".html", lambda _: '<!DOCTYPE x [<!ENTITY a "lamp"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + html[0] + "&b;" * 1000 + html[1]),
        (".html", lambda chance: html[0] + f"<p>{escaped(chance)}</p><p>&#27;[31m &#x202e; &#155;2J lamps burn all night long here</p>" + html[1]),
        (".html", lambda chance: f"<html><head><title>{escaped(chance)}</title></head><body><p>{escaped(chance)}</p></body></html>"),
        (".html", lambda _: "<html>" + "<!--" * 500_000),
        (".html", lambda _: "<html><body>" + "<" * 2_000_000),
    ]
    return kinds + [(ending, lambda _, special=special: special) for ending, special in SPECIAL]


def laid(path: Path, content: bytes | str | Special) -> None:
    """Make a hostile thing at a path."""
    if isinstance(content, Special):
        content.make(path)
    else:
        path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)


class Watch:
    """The most memory that a reader's child held while it was watched, children that were ended included."""

    def __init__(self, reader: LimitedReader) -> None:
        self._reader, self._ended, self.megabytes = reader, threading.Event(), 0.0
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._ended.wait(0.02):
            self.megabytes = max(self.megabytes, peak_megabytes(self._reader.process_id))

    def stop(self) -> float:
        """End watching; megabytes."""
        self._ended.set()
        self._thread.join()
        return max(self.megabytes, peak_megabytes(self._reader.process_id))


def peak_megabytes(process_id: int | None) -> float:
    """Most memory that a living process has held, by Linux; 0 when it has ended."""
    try:
        text = Path(f"/proc/{process_id}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in text.split("\n") if line.startswith("VmHWM")), 0.0)


def strings_of(document: Document) -> list[str]:
    """Every text of a document that can be shown."""
    found = [
        document.document_id,
        document.title,
        document.text,
        document.address,
        *document.tags,
        *(section.heading for section in document.sections),
    ]
    found += [text or "" for term in document.terms for text in (term.term, term.definition, term.expansion, *term.aliases)]
    found += [text for silence in document.silences for text in (silence.id, silence.subject, *silence.questions, *silence.nearest)]
    return found + [text or "" for source in document.sources for text in (source.title, source.url, source.author, source.date)]


def complaint(reader: LimitedReader, path: Path) -> tuple[str, str | None]:
    """What became of a file, and what is wrong about that."""
    try:
        document = reader.read(path)
    except KnowledgeError as error:
        line = f"{error.problem}; {error.remedy}"
        return "refused", None if line.isprintable() and error.problem and error.remedy else f"its refusal is not a printable line: {line!r}"
    if any(source.url is not None and not source.url.startswith(("http://", "https://")) for source in document.sources):
        return "read", "an address that is not of the web"
    dirty = [text for text in strings_of(document) if without_controls(text) != text]
    return "read", f"control characters in {dirty[0][:60]!r}" if dirty else None


def main() -> int:
    """Generate, read, measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=200)
    options = parser.parse_args()
    chance, kinds = random.Random(SEED), makers()
    counts: Counter[str] = Counter()
    slowest, largest, failed = 0.0, 0.0, 0
    with tempfile.TemporaryDirectory(prefix="alvh-hostile-") as folder:
        for number in range(options.files):
            ending, make = kinds[number % len(kinds)]
            content = make(chance)
            path = Path(folder) / f"{number}{chance.choice(NAMES)}{ending}"
            laid(path, content)
            with LimitedReader() as reader:
                started = time.monotonic()
                watch = Watch(reader)
                state, problem = complaint(reader, path)
                seconds = time.monotonic() - started
                megabytes = watch.stop()
            counts[state] += 1
            slowest, largest = max(slowest, seconds), max(largest, megabytes)
            if seconds > MOST_SECONDS:
                problem = f"took {seconds:.1f} s"
            if megabytes > MEGABYTES:
                problem = f"took {megabytes:.0f} MB"
            if problem:
                failed += 1
                print(f"{number} ({ending}, kind {number % len(kinds)}): {problem}", flush=True)
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()
    print(
        f"{options.files} files: {counts['read']} read, {counts['refused']} refused, {failed} failed; slowest {slowest:.1f} s, most memory {largest:.0f} MB"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
