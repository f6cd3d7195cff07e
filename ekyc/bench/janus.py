"""Janus, the C server of the comparison: Debian's package with a folder and settings of its own.

Plug-in `videocall`: one connection per party, the cheapest Janus has for two people; both are
recorded (.mjr). It is spoken to over its WebSocket.
"""

import asyncio
import shutil
import time
from collections import defaultdict
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from ekyc.bench.house import free_port
from ekyc.crew import Crew

_STARTS_WITHIN_S = 15.0
_ANSWERS_WITHIN_S = 20.0
_PLUGIN = "libjanus_videocall.so"
_TRANSPORT = "libjanus_websockets.so"

_SETTINGS = """
general: {{
    plugins_folder = "{library}/plugins"
    transports_folder = "{library}/transports"
    event_handlers_folder = "{folder}"
    loggers_folder = "{folder}"
    debug_level = 2
    session_timeout = 0
    {loops}
}}
nat: {{ ice_enforce_list = "{host}" }}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "{transports}" }}
"""
_SOCKET = 'general: {{ ws = true, ws_port = {port}, ws_ip = "{host}", ws_logging = "err" }}\n'

Reply = dict[str, Any]


class NoJanus(RuntimeError):
    """Janus cannot be compared with here; the text says how to change that."""


def library(host: str) -> Path:
    """Where Janus' plug-ins are; raises `NoJanus`."""
    if host.startswith("127."):
        raise NoJanus("Janus leaves loopback out: this machine needs another address")
    folders = sorted(Path("/usr/lib").glob("*/janus")) if shutil.which("janus") else []
    for folder in folders:
        if (folder / "transports" / _TRANSPORT).exists():
            return folder
    raise NoJanus("Janus is not installed; on Debian: sudo apt-get install janus")


class Janus:
    """A running Janus, and one session in it."""

    def __init__(self, folder: Path, *, host: str, loops: int | None) -> None:
        self._folder, self._host, self._port = folder, host, free_port()
        self._write_settings(library(host), "" if loops is None else f"event_loops = {loops}")
        self._crew = Crew()
        self._numbers = count(1)
        self._session = 0
        self._replies: dict[str, asyncio.Future[Reply]] = {}
        self._events: defaultdict[int, asyncio.Queue[Reply]] = defaultdict(asyncio.Queue)

    def _write_settings(self, found: Path, loops: str) -> None:
        self._folder.mkdir()
        plugins = [f.name for f in (found / "plugins").glob("*.so") if f.name != _PLUGIN]
        transports = [f.name for f in (found / "transports").glob("*.so") if f.name != _TRANSPORT]
        settings = _SETTINGS.format(
            library=found,
            folder=self._folder,
            host=self._host,
            loops=loops,
            plugins=",".join(plugins),
            transports=",".join(transports),
        )
        (self._folder / "janus.jcfg").write_text(settings)
        socket = _SOCKET.format(port=self._port, host=self._host)
        (self._folder / "janus.transport.websockets.jcfg").write_text(socket)
        (self._folder / "janus.plugin.videocall.jcfg").write_text("general: { }\n")

    async def start(self) -> None:
        """Start it and open a session; raises `NoJanus` when it does not come up."""
        with (self._folder / "log").open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *("janus", "-F", str(self._folder), "-o"),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._http = aiohttp.ClientSession()
        self._socket = await self._connected()
        self._crew.start(self._listen(), name="bench.janus")
        self._session = (await self._ask({"janus": "create"}))["data"]["id"]

    async def _connected(self) -> aiohttp.ClientWebSocketResponse:
        deadline = time.monotonic() + _STARTS_WITHIN_S
        while time.monotonic() < deadline and self._process.returncode is None:
            try:
                return await self._http.ws_connect(
                    f"ws://{self._host}:{self._port}", protocols=("janus-protocol",), max_msg_size=0
                )
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
        await self.stop()
        raise NoJanus(f"Janus does not answer; its last words are in {self._folder / 'log'}")

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    async def stop(self) -> None:
        """End it; recordings are closed."""
        await self._http.close()
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()
        await self._crew.dismiss()

    # Its protocol

    async def _listen(self) -> None:
        async for message in self._socket:
            reply = message.json()
            waiting = self._replies.get(reply.get("transaction", ""))
            if reply["janus"] in {"success", "error", "ack"} and waiting is not None:
                if not waiting.done():
                    waiting.set_result(reply)
            elif reply["janus"] == "event":
                self._events[reply["sender"]].put_nowait(reply)

    async def _ask(self, request: Reply, handle: int | None = None) -> Reply:
        number = str(next(self._numbers))
        more = {} if handle is None else {"handle_id": handle}
        session = {"session_id": self._session} if self._session else {}
        waiting = self._replies[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({**request, **more, **session, "transaction": number})
        async with asyncio.timeout(_ANSWERS_WITHIN_S):
            reply: Reply = await waiting
        if reply["janus"] == "error":
            raise NoJanus(f"Janus refuses: {reply['error']['reason']}")
        return reply

    async def attach(self, name: str) -> int:
        """A party under this name: its handle."""
        reply = await self._ask({"janus": "attach", "plugin": "janus.plugin.videocall"})
        handle: int = reply["data"]["id"]
        await self.tell(handle, {"request": "register", "username": name})
        await self._event(handle, "registered")
        return handle

    async def tell(self, handle: int, body: Reply, jsep: Reply | None = None) -> None:
        """Say something to the plug-in."""
        more = {} if jsep is None else {"jsep": {**jsep, "trickle": False}}
        await self._ask({"janus": "message", "body": body, **more}, handle)

    async def _event(self, handle: int, name: str) -> Reply:
        async with asyncio.timeout(_ANSWERS_WITHIN_S):
            while True:
                event = await self._events[handle].get()
                data = event["plugindata"]["data"]
                if "error" in data:
                    raise NoJanus(f"Janus refuses: {data['error']}")
                if data.get("result", {}).get("event") == name:
                    return event

    async def description(self, handle: int, name: str) -> str:
        """The SDP that comes with an event of this name."""
        sdp: str = (await self._event(handle, name))["jsep"]["sdp"]
        return sdp
