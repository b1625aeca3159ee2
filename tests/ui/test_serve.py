"""`alvh serve`: a real server on a free port, asked by its own page, by other sites and without the token."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSCloseCode, WSMsgType, WSServerHandshakeError
from textual_serve.download_manager import DownloadManager

from assistant.errors import AssistantError
from assistant.serving import process
from assistant.serving.command import checked_address
from assistant.serving.guard import Guard
from assistant.serving.process import Program, shell_command
from assistant.serving.server import cells
from assistant.session import Session
from assistant.tui.app import AlvhApp
from assistant.tui.conversation import Conversation
from knowledge.base import KnowledgeBase

ROOT = Path(__file__).parent.parent.parent
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?<>=$]*[a-zA-Z]|\][^\x07\x1b]*(?:\x07|\x1b\\))")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine can be reached."""
    connect = socket.socket.connect

    def here_only(self: socket.socket, address: tuple[str, int]) -> None:
        assert address[0] == "127.0.0.1", "a test tried to reach the network"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", here_only)


@contextmanager
def serving(home: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server of its own, and the first line that it prints."""
    command = [sys.executable, "-m", "assistant", "serve", "--port", "0", *options]
    environment = {**os.environ, "ALVH_HOME": str(home)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server, server.stdout.readline().strip()
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server, as it was printed."""
    with serving(tmp_path_factory.mktemp("home")) as (_, printed):
        yield printed


def host_of(address: str) -> str:
    return urlsplit(address).netloc


async def status(url: str, **headers: str) -> int:
    """The status of a page asked for with these headers."""
    async with ClientSession() as client, client.get(url, headers=headers) as response:
        return response.status


async def websocket_status(address: str, **headers: str) -> int:
    """The status that a websocket is refused with, or 101 when it opens."""
    async with ClientSession() as client:
        try:
            async with client.ws_connect(address, headers=headers):
                return 101
        except WSServerHandshakeError as refused:
            return refused.status


def without_token(address: str) -> str:
    return f"http://{host_of(address)}/"


async def drawn_until(websocket: ClientWebSocketResponse, words: str) -> str:
    """What is drawn until some words are."""
    text = ""
    while words not in " ".join(text.split()):
        message = await websocket.receive()
        assert message.type is not WSMsgType.CLOSED, f"closed after {text[-300:]!r}"
        if message.type is WSMsgType.BINARY:
            text += _ESCAPES.sub("", message.data.decode())
    return text


async def test_the_page_is_this_servers_and_loads_nothing_from_elsewhere(address: str) -> None:
    assert address.startswith("http://127.0.0.1:")
    async with ClientSession() as client:
        async with client.get(address) as response:
            page, policy = await response.text(), response.headers["Content-Security-Policy"]
        named = re.findall(r"""(?:src|href|url)\s*[=(:]\s*["']([^"']*)""", page) + re.findall(r'data-[a-z-]*url="([^"]*)"', page)
        elsewhere = [url for url in named if not url.startswith(("data:", urlsplit(address).path.rstrip("/"), "ws://" + host_of(address))) and url]
        assert elsewhere == []
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        files = [url for url in named if url.startswith("/")]
        assert len(files) >= 4
        for url in files:
            async with client.get(f"http://{host_of(address)}{url}") as file:
                assert (file.status, file.headers["X-Content-Type-Options"]) == (200, "nosniff"), url


@pytest.mark.parametrize("path", ["", "ws", "static/js/textual.js", "static/", "download/x", "wrong-token/", "wrong-token/ws", "favicon.ico", "//"])
async def test_an_address_without_the_token_is_refused(address: str, path: str) -> None:
    assert await status(without_token(address) + path) == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost", "127.0.0.1", "127.0.0.1:1", ""])
async def test_a_foreign_host_is_refused_with_the_token_too(address: str, host: str) -> None:
    for path in ("", "page.js", "static/js/textual.js"):
        assert await status(address + path, Host=host) == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1", ""])
async def test_a_foreign_origin_is_refused_with_the_token_too(address: str, origin: str) -> None:
    for path in ("", "page.js", "static/js/textual.js"):
        assert await status(address + path, Origin=origin) == 403
    assert await websocket_status(f"{address}ws", Origin=origin) == 403


async def test_a_websocket_without_the_token_is_refused(address: str) -> None:
    own = f"http://{host_of(address)}"
    assert await websocket_status(f"{own}/ws", Origin=own) == 403
    assert await websocket_status(f"{own}/{'x' * 43}/ws", Origin=own) == 403


async def test_a_websocket_to_a_foreign_host_or_of_no_page_is_refused(address: str) -> None:
    assert await websocket_status(f"{address}ws", Host="evil.example", Origin="http://evil.example") == 403
    assert await websocket_status(f"{address}ws") == 403


async def test_the_page_and_its_token_are_another_at_every_start(address: str, tmp_path: Path) -> None:
    with serving(tmp_path) as (_, other):
        assert urlsplit(other).path != urlsplit(address).path
        assert len(urlsplit(other).path) > 40
        assert await status(f"http://{host_of(other)}{urlsplit(address).path}") == 403


async def test_the_right_websocket_opens_the_ui_and_answers(address: str) -> None:
    async with (
        ClientSession() as client,
        client.ws_connect(f"{address}ws?width=120&height=40", headers={"Origin": f"http://{host_of(address)}"}) as websocket,
    ):
        await drawn_until(websocket, "documents")
        for nonsense in ("no json", "[" * 100_000, '["stdin"]', '{"a": 1}', '["resize", {"width": "x", "height": null}]', '["rm", "-rf"]'):
            await websocket.send_str(nonsense)
        await websocket.send_json(["resize", {"width": 10**9, "height": 40}])
        await websocket.send_json(["resize", {"width": 140, "height": 40}])
        await websocket.send_json(["stdin", "Which VIX instrument is layered first?\r"])
        await drawn_until(websocket, "VIX futures come first")
        await websocket.send_json(["stdin", "/quit\r"])
        while (message := await websocket.receive()).type is not WSMsgType.CLOSED:
            assert message.type in (WSMsgType.BINARY, WSMsgType.TEXT, WSMsgType.CLOSE, WSMsgType.CLOSING)


async def test_ctrl_c_ends_the_server_and_the_pages_that_are_open(tmp_path: Path) -> None:
    with serving(tmp_path) as (server, address):
        async with (
            ClientSession() as client,
            client.ws_connect(f"{address}ws", headers={"Origin": f"http://{host_of(address)}"}) as websocket,
        ):
            await drawn_until(websocket, "documents")
            server.send_signal(signal.SIGINT)
            while (await websocket.receive()).type is not WSMsgType.CLOSED:
                pass
            assert websocket.close_code == WSCloseCode.GOING_AWAY
        _, said = server.communicate()
        assert server.returncode == 0
        assert "Ctrl+C ends it" in said
        assert "Traceback" not in said


def program(code: str, closed: list[bool]) -> Program:
    """A program in Python behind a page; `closed` gets an entry when the page is closed."""

    async def drop(_: bytes | str) -> None:
        """What is drawn is not looked at."""

    async def close() -> None:
        closed.append(True)

    command = shell_command([sys.executable, "-c", f"print('__GANGLION__', flush=True); {code}"])
    return Program(command, write_bytes=drop, write_str=drop, close=close, download_manager=DownloadManager())


async def test_a_page_is_closed_when_its_program_ends_without_a_word() -> None:
    closed: list[bool] = []
    ending = program("pass", closed)
    await ending.start(80, 24)
    assert ending._task is not None
    await ending._task
    assert closed == [True]
    await ending.stop()


async def test_a_program_that_does_not_quit_with_its_page_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "QUIT_SECONDS", 0.1)
    stubborn = program("import sys; sys.stdin.read()", [])
    await stubborn.start(80, 24)
    await stubborn.stop()
    assert stubborn._process is not None
    assert stubborn._process.returncode == -signal.SIGKILL


def test_a_program_quits_when_the_server_is_gone(tmp_path: Path) -> None:
    environment = program("pass", [])._build_environment() | {"ALVH_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "assistant.serving.app"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, stderr=pipe) as alone:
        assert alone.stdin is not None and alone.stdout is not None and alone.stderr is not None
        assert alone.stdout.readline() == b"__GANGLION__\n"
        alone.stdout.close()
        alone.stdin.close()
        assert (alone.wait(), alone.stderr.read()) == (0, b"")


def test_the_size_that_a_page_asks_for_is_one_that_a_terminal_can_have() -> None:
    asked = [cells("width", given) for given in ("120", 120, 10**9, -1, "x", None, 1.5)]
    assert asked == [120, 120, 500, 20, 80, 80, 80]


def refused(*options: str) -> str:
    """What is said of options that cannot be used."""
    done = subprocess.run([sys.executable, "-m", "assistant", "serve", *options], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


def test_a_port_in_use_is_one_clear_line(address: str) -> None:
    port = str(urlsplit(address).port)
    assert refused("--port", port) == (
        f"alvh serve: --port: {port} is in use; end the program that uses it, or name another port (--port 0 takes a free one)\n"
    )


def test_what_is_no_port_or_not_this_machines_address_is_one_clear_line() -> None:
    assert refused("--port", "70000") == "alvh serve: --port: 70000 is not a port; name one from 1 to 65,535, or 0 for a free one\n"
    said = refused("--port", "0", "--host", "192.0.2.1", "--allow-remote")
    assert said.startswith("alvh serve: 192.0.2.1, port 0: cannot be listened on") and said.count("\n") == 1


def test_other_addresses_are_only_for_who_allows_it() -> None:
    assert checked_address(None, False) == "127.0.0.1"
    assert checked_address(None, True) == "0.0.0.0"
    assert checked_address("::1", False) == "::1"
    assert checked_address("192.0.2.1", True) == "192.0.2.1"
    for host in ("0.0.0.0", "192.0.2.1", "::"):
        with pytest.raises(AssistantError, match="can be reached from other machines; add --allow-remote"):
            checked_address(host, False)
    with pytest.raises(AssistantError, match="'here' is not an IP address"):
        checked_address("here", True)


async def test_with_remote_allowed_the_guard_stays(tmp_path: Path) -> None:
    with serving(tmp_path, "--allow-remote") as (_, printed):
        parts = urlsplit(printed)
        assert parts.hostname == socket.gethostname().lower()
        local = f"http://127.0.0.1:{parts.port}{parts.path}"
        assert await status(local) == 200
        assert await status(local, Host=f"{socket.gethostname()}:{parts.port}") == 200
        assert await status(local, Host=f"evil.example:{parts.port}") == 403
        assert await status(local, Host=f"192.0.2.1:{parts.port}") == 403
        assert await status(f"http://127.0.0.1:{parts.port}/") == 403


@pytest.mark.parametrize(
    ("port", "hosts", "passes"),
    [
        (80, ["192.0.2.1"], True),
        (80, ["192.0.2.1:80"], True),
        (8733, ["192.0.2.1"], False),
        (8733, ["[::1]:8733"], True),
        (8733, ["Desk:8733"], True),
        (8733, [], False),
        (8733, ["desk:8733", "desk:8733"], False),
    ],
)
def test_a_host_is_this_servers_name_with_its_port(port: int, hosts: Sequence[str], passes: bool) -> None:
    guard = Guard("secret", frozenset({"192.0.2.1", "::1", "desk"}), port)
    assert (guard.refusal("/secret/", hosts, [], False) == "") is passes


@pytest.mark.parametrize("path", ["", "/", "secret", "/secre/", "/secrets/", "/x/secret", "/sécret/", "/\udcff/"])
def test_a_path_passes_only_when_it_begins_with_the_token(path: str) -> None:
    guard = Guard("secret", frozenset({"desk"}), 8733)
    assert "token" in guard.refusal(path, ["desk:8733"], [], False)
    assert guard.refusal("/secret/x", ["desk:8733"], ["http://desk:8733"], True) == ""


def test_a_served_session_reads_no_files(tmp_path: Path) -> None:
    book = tmp_path / "book.json"
    book.write_text(json.dumps({"condors": []}))
    session = Session(KnowledgeBase(tmp_path / "knowledge"), reads_files=False)
    for question in (f"plan a hedge for @{book}", f'plan a hedge for @"{book}"'):
        with pytest.raises(AssistantError, match="is not read in a browser; write the numbers into the question"):
            session.ask(question)
    with pytest.raises(AssistantError, match="is not read in a browser"):
        session.ask("and now?", context=[f"plan a hedge for @{book}"])


async def test_a_served_app_reads_no_plan(tmp_path: Path) -> None:
    app = AlvhApp(lambda: Session(KnowledgeBase(tmp_path / "knowledge"), reads_files=False), served=True)
    async with app.run_test() as pilot:
        await pilot.press(*"/plan", "space", "x", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "not read in a browser" in str(app.query_one(Conversation).query(".failure").last().render())  # type: ignore[attr-defined]
