"""Listening and stopping: a signal ends calls and finishes files before the process goes."""

import asyncio
import re
import signal
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from ekyc.settings import Server
from ekyc.web.keys import LISTENING


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
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_number, stop.set)
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
        await stop.wait()
    finally:
        for runner in reversed(runners.values()):
            await runner.cleanup()
