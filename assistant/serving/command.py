"""The command line of `alvh serve`."""

from __future__ import annotations

import asyncio
import errno
import secrets
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.serving.guard import authorities, is_local, is_wildcard

if TYPE_CHECKING:
    import argparse

LOCAL_ADDRESS = "127.0.0.1"
EVERY_ADDRESS = "0.0.0.0"  # noqa: S104 - only with --allow-remote
DEFAULT_PORT = 8733
MOST_PORT = 65_535


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Serve until Ctrl-C. `parser` knows --knowledge and --parameters already. Raises AssistantError for an address that cannot be had."""
    parser.description = "The terminal UI in a browser. The address that is printed holds a secret: who knows it can use the program, without the files of this machine."
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"the port ({DEFAULT_PORT}; 0 takes a free one)")
    parser.add_argument("--host", metavar="ADDRESS", default=None, help=f"the IP address to listen on ({LOCAL_ADDRESS})")
    parser.add_argument("--allow-remote", action="store_true", help="let other machines in: on ADDRESS, or on every address; nothing is encrypted")
    options = parser.parse_args(list(arguments))
    words = [sys.executable, "-m", "assistant.serving.app"]
    for name in ("knowledge", "parameters"):
        value = getattr(options, name)
        words += [] if value is None else [f"--{name}", value]
    address = checked_address(options.host, options.allow_remote)
    with listening(address, options.port) as listener, suppress(KeyboardInterrupt):
        asyncio.run(_serve(words, address, listener))
    return 0


def checked_address(host: str | None, allow_remote: bool) -> str:
    """The IP address to listen on. Raises AssistantError for what is none, and for one that other machines reach unless that is allowed."""
    if host is None:
        return EVERY_ADDRESS if allow_remote else LOCAL_ADDRESS
    try:
        local = is_local(host)
    except ValueError as error:
        raise AssistantError("--host", f"{host!r} is not an IP address", f"write, for example, {LOCAL_ADDRESS}") from error
    if not local and not allow_remote:
        raise AssistantError("--host", f"{host} can be reached from other machines", f"add --allow-remote, or leave it at {LOCAL_ADDRESS}")
    return host


def listening(address: str, port: int) -> socket.socket:
    """A socket that listens. Raises AssistantError when the port is no port or in use, or the address is not this machine's."""
    if not 0 <= port <= MOST_PORT:
        raise AssistantError("--port", f"{port} is not a port", f"name one from 1 to {MOST_PORT:,}, or 0 for a free one")
    try:
        return socket.create_server((address, port), family=socket.AF_INET6 if ":" in address else socket.AF_INET)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            remedy = "end the program that uses it, or name another port (--port 0 takes a free one)"
            raise AssistantError("--port", f"{port} is in use", remedy) from error
        raise AssistantError(f"{address}, port {port}", f"cannot be listened on ({error.strerror})", "name another --host or --port") from error


async def _serve(words: Sequence[str], address: str, listener: socket.socket) -> None:
    from aiohttp import web

    from assistant.serving.server import Pages

    token, port = secrets.token_urlsafe(32), listener.getsockname()[1]
    pages = Pages(words, token, address, port)
    runner = web.AppRunner(pages.application(), access_log=None, handle_signals=False)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        stopped = _stopped_by_signal()
        _announce(address, port, token)
        await stopped.wait()
        await pages.close()
    finally:
        await runner.cleanup()


def _announce(address: str, port: int, token: str) -> None:
    name = socket.gethostname() if is_wildcard(address) else address
    print(f"http://{authorities(name, port)[0]}/{token}/", flush=True)
    print("Open this address in a browser. Who knows it can use it as long as this runs; Ctrl+C ends it.", file=sys.stderr)
    if not is_local(address):
        print("It can be reached from other machines, and nothing is encrypted: use it in a network you trust, or through a tunnel.", file=sys.stderr)


def _stopped_by_signal() -> asyncio.Event:
    """Set when the program is asked to end; where signals cannot be handled so, Ctrl-C is a KeyboardInterrupt."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
    return stopped
