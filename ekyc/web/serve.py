"""Listening and stopping: a signal ends calls and finishes files before the process goes."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

from aiohttp import web

from ekyc.settings import Server


async def listen(
    app: web.Application,
    rules: Server,
    greet: Callable[[web.Application], Awaitable[None]] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; `OSError` when the port is taken.

    A signal that comes while the server starts stops it as soon as it stands.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_number, stop.set)
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=rules.drain_s, handle_signals=False
    )
    try:
        await runner.setup()
        await web.TCPSite(runner, rules.host, rules.port).start()
        if greet is not None:
            await greet(app)
        await stop.wait()
    finally:
        await runner.cleanup()
