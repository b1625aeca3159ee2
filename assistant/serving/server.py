"""The web server: one page, its static files, and the websocket between a page and its program."""

from __future__ import annotations

import json
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from html import escape
from pathlib import Path
from string import Template

import textual_serve
from aiohttp import WSCloseCode, WSMsgType, web
from textual_serve.download_manager import DownloadManager

from assistant.serving.guard import Guard, is_local, is_wildcard
from assistant.serving.process import Program, shell_command

HEARTBEAT_SECONDS = 15.0
SIZES = {"width": (80, 20, 500), "height": (24, 5, 300)}  # cells: usual, least, most
_STATIC = Path(textual_serve.__file__).parent / "static"
_PAGE = Path(__file__).with_name("page.html")
_SCRIPT = Path(__file__).with_name("page.js")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Pages:
    """Serves the UI started by a command, under an address that begins with a token, to who may come in."""

    def __init__(self, command: Sequence[str], token: str, address: str, port: int) -> None:
        self._command = shell_command(command)
        self._token, self._address, self._port = token, address, port
        self._open: set[web.WebSocketResponse] = set()

    def application(self) -> web.Application:
        """The routes behind the guard."""
        application = web.Application(middlewares=[self._guarded])
        application.add_routes(
            [
                web.get(f"/{self._token}", self._page),
                web.get(f"/{self._token}/", self._page),
                web.get(f"/{self._token}/page.js", self._script),
                web.get(f"/{self._token}/ws", self._websocket),
                web.static(f"/{self._token}/static", _STATIC),
            ]
        )
        return application

    async def close(self) -> None:
        """Close the pages that are open; their programs quit."""
        for websocket in tuple(self._open):
            await websocket.close(code=WSCloseCode.GOING_AWAY)

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        guard = Guard(self._token, self._names(request), self._port)
        is_websocket = "Upgrade" in request.headers
        refusal = guard.refusal(request.path, request.headers.getall("Host", []), request.headers.getall("Origin", []), is_websocket)
        if refusal:
            return web.Response(status=403, text=f"Refused: {refusal}.\n")
        try:
            response = await handler(request)
        except web.HTTPException as error:  # an answer, not a failure
            response = error
        if not response.prepared:
            response.headers.update(_headers(request.headers["Host"]))
        return response

    def _names(self, request: web.Request) -> frozenset[str]:
        """The names of this server; when it listens on every address, the one that the request came in on, and this machine's name."""
        if is_local(self._address) or not is_wildcard(self._address):
            return frozenset({self._address})
        sockname = None if request.transport is None else request.transport.get_extra_info("sockname")
        return frozenset({socket.gethostname(), *([] if sockname is None else [sockname[0]])})

    async def _page(self, request: web.Request) -> web.Response:
        host = request.headers["Host"]
        values = {"url": f"/{self._token}", "websocket_url": f"ws://{host}/{self._token}/ws"}
        page = Template(_PAGE.read_text(encoding="utf-8")).substitute({name: escape(value) for name, value in values.items()})
        return web.Response(text=page, content_type="text/html")

    async def _script(self, request: web.Request) -> web.Response:
        return web.Response(text=_SCRIPT.read_text(encoding="utf-8"), content_type="text/javascript")

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS)
        await websocket.prepare(request)

        async def send_bytes(data: bytes) -> None:
            with suppress(ConnectionError):  # the page is gone: what is left to draw is read and dropped, so that the program can end
                await websocket.send_bytes(data)

        async def send_text(text: str) -> None:
            with suppress(ConnectionError):
                await websocket.send_str(text)

        async def close() -> None:
            await websocket.close()

        program = Program(self._command, write_bytes=send_bytes, write_str=send_text, close=close, download_manager=DownloadManager())
        self._open.add(websocket)
        try:
            await program.start(*(cells(name, request.query.get(name)) for name in SIZES))
            async for message in websocket:
                if message.type == WSMsgType.TEXT:
                    await _obey(program, send_text, message.data)
        finally:
            self._open.discard(websocket)
            await program.stop()
        return websocket


async def _obey(program: Program, send_text: Callable[[str], Awaitable[None]], text: str) -> None:
    """Do what a page says; what is not in the words of a page is passed over."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return
    match said:
        case ["stdin", str(typed)]:
            await program.send_bytes(typed.encode("utf-8", "replace"))
        case ["resize", {"width": width, "height": height}]:
            await program.set_terminal_size(cells("width", width), cells("height", height))
        case ["ping", data]:
            await send_text(json.dumps(["pong", data]))
        case ["blur", *_]:
            await program.blur()
        case ["focus", *_]:
            await program.focus()


def cells(name: str, given: object) -> int:
    """A size in cells as a page gave it, within what a terminal can be."""
    usual, least, most = SIZES[name]
    try:
        return min(max(int(str(given)), least), most)
    except ValueError:
        return usual


def _headers(host: str) -> dict[str, str]:
    """Nothing is loaded from elsewhere, shown in another site's frame, or told to one."""
    return {
        "Content-Security-Policy": _POLICY.format(host=host),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
