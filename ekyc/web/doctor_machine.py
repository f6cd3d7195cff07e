"""The doctor at the machine: the clock and its zone, the walls around workers, the pages' files."""

import asyncio
import ctypes
import hashlib
import json
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import ekyc
from ekyc.journey.ports import Clock
from ekyc.media import pump
from ekyc.web import pages
from ekyc.web.check import Check, ill, well

LOOK_S: Final = 0.2
JUMP_S: Final = 1.0
TIME_ERROR: Final = 5  # adjtimex(2): nobody keeps the clock, as far as the kernel knows
_ADJTIMEX_BYTES: Final = 512  # struct timex takes 208; all zero asks and changes nothing
_WALLS: Final = (
    "import sys; from ekyc.vision.walls import leave_network; sys.exit(not leave_network())"
)


async def clock(clock: Clock) -> Check:
    """Codes, links and sign-ins depend on it: not in the past, and it runs as time does."""
    fix = "set the clock, and keep it: systemd-timesyncd or chrony"
    before, started_s = clock.now(), time.monotonic()
    written = await asyncio.to_thread(_written)
    if before < written:
        return ill("clock", f"{before:%Y-%m-%d %H:%M} UTC lies before this version", fix)
    await asyncio.sleep(LOOK_S)
    passed_s = (clock.now() - before).total_seconds()
    jumped_s = passed_s - (time.monotonic() - started_s)
    if abs(jumped_s) > JUMP_S:
        return ill("clock", f"jumped by {jumped_s:.0f} s while we looked", fix)
    return well("clock", f"{before:%Y-%m-%d %H:%M} UTC, {_keeper()}")


def _written() -> datetime:
    return datetime.fromtimestamp(Path(ekyc.__file__).stat().st_mtime, UTC)


def _keeper() -> str:
    """Whether something keeps the clock right; asks the kernel, changes nothing."""
    asked = ctypes.create_string_buffer(_ADJTIMEX_BYTES)
    try:
        state = ctypes.CDLL(None).adjtimex(asked)
    except (OSError, AttributeError):
        state = -1
    if state < 0:
        return "kept by nobody we could ask"
    if state == TIME_ERROR:
        return "kept by nobody as far as the kernel knows: mind timesyncd or chrony"
    return "kept by NTP"


def zone(name: str, now: datetime) -> Check:
    """The bank's time zone: its data are there."""
    try:
        local = now.astimezone(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError):
        return ill("zone", f"no data for {name}", "apt install tzdata, or correct bank.zone")
    return well("zone", f"{name}, there it is {local:%H:%M} (UTC{local:%z})")


async def walls(python: str = sys.executable) -> Check:
    """Whether a worker that opens strangers' pictures can be cut off from the network."""
    process = await asyncio.create_subprocess_exec(
        python, "-c", _WALLS, stderr=asyncio.subprocess.DEVNULL
    )
    if await process.wait() == 0:
        return well("walls", "workers that read pictures are cut off from the network")
    fix = (
        "allow user namespaces: sysctl kernel.unprivileged_userns_clone=1, on Ubuntu "
        "kernel.apparmor_restrict_unprivileged_userns=0; in a container its seccomp profile"
    )
    return ill("walls", "workers that read pictures would keep the network", fix)


def packets() -> Check:
    """Which way a call's packets take; both are right, one is cheaper."""
    standing = pump.standing()
    if standing is pump.Standing.READY:
        return well("packets", "pass by the compiled way")
    cause = "install gcc and libc6-dev, then ./run"
    if standing is pump.Standing.OUTDATED:
        cause = "the library was compiled from another version; ./run compiles it anew"
    return well("packets", f"pass by Python, which costs more: {cause}")


def static() -> Check:
    """The pages' files of others are whole, and the fonts are there."""
    lock = pages.STATIC / "vendor" / "vendor.lock.json"
    try:
        entries = json.loads(lock.read_text(encoding="utf-8"))
        ours = {name: it for name, it in entries.items() if name.startswith("static/")}
        damaged = [name for name, it in ours.items() if _sha256(name) != it["sha256"]]
        sheet = (pages.STATIC / "css" / "fonts.css").read_text(encoding="utf-8")
        fonts = re.findall(r"fonts/[\w.-]+\.woff2", sheet)
        damaged += [name for name in fonts if not (pages.STATIC / name).is_file()]
    except OSError as error:
        damaged, ours, fonts = [str(error.filename)], {}, []
    if damaged:
        return ill("static", f"damaged or gone: {', '.join(damaged)}", "fetch the checkout again")
    return well("static", f"{len(ours)} files of others as locked, {len(fonts)} fonts")


def _sha256(name: str) -> str:
    return hashlib.sha256((pages.STATIC.parent / name).read_bytes()).hexdigest()
