"""A store that one process has open twice keeps its locks when it is opened again and when one of the two is closed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from knowledge.storage.opening import open_store
from knowledge.storage.schema import FILE_NAME

ADD = (
    "import sys; from pathlib import Path; from knowledge.storage.opening import open_store\n"
    "store = open_store(Path(sys.argv[1]))\n"
    "with store.connection.writing() as raw: raw.execute('INSERT INTO removed VALUES (?)', (sys.argv[2],))\n"
    "store.connection.close()"
)


def _added_elsewhere(folder: Path, name: str) -> None:
    subprocess.run([sys.executable, "-c", ADD, str(folder), name], check=True)


def test_what_another_process_writes_is_read_after_a_second_opening(tmp_path: Path) -> None:
    first = open_store(tmp_path)
    first.connection.rows("SELECT * FROM removed")
    _added_elsewhere(tmp_path, "a")
    open_store(tmp_path).connection.close()
    for name in "bcd":
        _added_elsewhere(tmp_path, name)
        assert (tmp_path / f"{FILE_NAME}-wal").exists()
    assert first.connection.rows("SELECT document_id FROM removed ORDER BY document_id") == [("a",), ("b",), ("c",), ("d",)]


def test_the_log_is_taken_away_when_the_last_connection_ends(tmp_path: Path) -> None:
    first, second = open_store(tmp_path), open_store(tmp_path)
    second.connection.rows("SELECT * FROM removed")
    for store in (first, second):
        store.connection.close()
    _added_elsewhere(tmp_path, "a")
    assert not (tmp_path / f"{FILE_NAME}-wal").exists()
