"""Listening and stopping: a signal ends calls and finishes files before the process goes."""

import asyncio
import re
import signal
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from ekyc.settings import Server
from ekyc.web.keys import LISTENING, STORE, VITALS


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One more address to listen on; `app` where another application than the server answers."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    app: web.Application | None = None


class BadCertificate(ValueError):
    """The certificate and the key of the settings do not make a server."""


def tls_of(rules: Server) -> ssl.SSLContext | None:
    """TLS as set, or None; `BadCertificate`."""
    if not rules.tls_certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(rules.tls_certificate, rules.tls_key)
    except OSError as error:  # a file that is not there, or what OpenSSL says of it
        raise BadCertificate(f"{rules.tls_certificate}: {error.strerror or error}") from None
    return context


def taken_port(error: OSError, otherwise: int) -> int:
    """The port that could not be had; asyncio names the address in its words."""
    named = re.search(r"\('[^']+', (\d+)", str(error))
    return int(named[1]) if named else otherwise


async def listen(
    app: web.Application,
    rules: Server,
    greet: Callable[[web.Application], Awaitable[None]] | None = None,
    doors: Sequence[Door] = (),
) -> None:
    """Serve until SIGINT or SIGTERM; `OSError` when a port is taken, `BadCertificate`.

    A signal that comes while the server starts stops it as soon as it stands.
    """
    leave, stop = asyncio.Event(), asyncio.Event()

    def drain() -> None:
        """SIGTERM; a second one does not wait."""
        (stop if leave.is_set() else leave).set()

    def interrupt() -> None:
        leave.set()
        stop.set()

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, drain)
    loop.add_signal_handler(signal.SIGINT, interrupt)
    app[LISTENING].clear()
    everyone = {id(one): one for one in (app, *(door.app or app for door in doors))}
    runners = {
        key: web.AppRunner(
            one, access_log=None, shutdown_timeout=rules.drain_s, handle_signals=False
        )
        for key, one in everyone.items()
    }
    try:
        for runner in runners.values():
            await runner.setup()
        tls = await asyncio.to_thread(tls_of, rules)
        for door in (Door(host=rules.host, port=rules.port, tls=tls), *doors):
            runner = runners[id(door.app or app)]
            await web.TCPSite(runner, door.host, door.port, ssl_context=door.tls).start()
        app[LISTENING].set()
        if greet is not None:
            await greet(app)
        await leave.wait()
        await _drain(app, stop, rules.drain_s)
    finally:
        for runner in reversed(runners.values()):
            await runner.cleanup()


async def _drain(app: web.Application, stop: asyncio.Event, within_s: float) -> None:
    """Let running calls end, unless somebody will not wait."""
    drained = asyncio.create_task(app[VITALS].drain(app[STORE], within_s), name="drain")
    hurried = asyncio.create_task(stop.wait(), name="hurry")
    await asyncio.wait({drained, hurried}, return_when=asyncio.FIRST_COMPLETED)
    for task in (drained, hurried):
        task.cancel()
    await asyncio.gather(drained, hurried, return_exceptions=True)
