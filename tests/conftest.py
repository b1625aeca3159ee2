"""What all tests share: an empty home, no network, the shared documents when they are there."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

# One question is too small for threads to help; on a busy machine waiting for one another costs many times the work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# A shell starts what it runs behind it with Ctrl-C ignored, and that is inherited; tests press Ctrl-C in the programs that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("ALVH_SHARED", ROOT.parent / "shared"))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Half as many again as there are cores: the tests of the screen spend much of their time waiting."""
    return 3 * (os.cpu_count() or 1) // 2


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, history and store in a folder of the test's own."""
    home = tmp_path / "home"
    monkeypatch.setenv("ALVH_HOME", str(home))
    for name in ("ALVH_KNOWLEDGE", "ALVH_ENCODER"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Connecting to any address fails, so that a test that needs the network shows itself."""

    def refuse(*_: object) -> None:
        raise AssertionError("a test tried to reach the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    yield


@pytest.fixture(scope="session")
def at_length() -> bool:
    """Whether tests over many examples take all of them; else a part, evenly spread. `tests/long/run` asks for all."""
    return os.environ.get("ALVH_TESTS") == "long"


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared documents; the test is skipped where they are absent."""
    if not SHARED.is_dir():
        pytest.skip(f"the shared documents are not at {SHARED}")
    return SHARED
