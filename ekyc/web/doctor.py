"""`ekyc doctor`: what this machine lacks, found out by trying, each with what to do about it."""

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import ekyc
from ekyc.journey.ports import Clock
from ekyc.settings import Documents, Ice, Settings
from ekyc.storage import jobs, secret
from ekyc.storage.migrate import differences
from ekyc.storage.store import Store

OLDEST_PYTHON = (3, 11)
LEAST_FREE_GB = 5
"""A call takes about 25 MB a minute: below this an hour of calls is at risk."""

CALL_PORTS = 2
"""UDP ports one conversation takes: one for each party."""

_PROGRAM_S = 60.0
_PACKAGES = "apt install libgl1 libglib2.0-0 libegl1 libgles2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at; `fix` says what to do when it is not ok."""

    name: str
    ok: bool
    detail: str
    fix: str | None = None


def _ok(name: str, detail: str) -> Check:
    return Check(name=name, ok=True, detail=detail)


def _ill(name: str, detail: str, fix: str) -> Check:
    return Check(name=name, ok=False, detail=detail, fix=fix)


async def examine(settings: Settings, store: Store, clock: Clock) -> list[Check]:
    """Every check, in the order an operator would mend things; changes nothing."""
    return [
        _python(),
        *await asyncio.gather(_library("cv2"), _library("mediapipe")),
        await _ocr(settings.documents),
        await asyncio.to_thread(_models),
        *await _database(store),
        await asyncio.to_thread(_secret, settings),
        *await asyncio.to_thread(_folders, settings),
        await asyncio.to_thread(_udp, settings.ice),
        await asyncio.to_thread(_addresses, settings.ice),
        await asyncio.to_thread(_clock, clock),
    ]


def _python() -> Check:
    version = sys.version.split()[0]
    if sys.version_info < OLDEST_PYTHON:
        return _ill("python", version, "use Python 3.11 or newer")
    return _ok("python", version)


async def _library(module: str) -> Check:
    """In a process of its own: a library that is missing may take the process along."""
    code = f"import {module}; print({module}.__version__)"
    status, said = await _run(sys.executable, "-c", code)
    if status != 0:
        reason = said.strip().splitlines()[-1] if said.strip() else f"ended with {status}"
        return _ill(f"library-{module}", reason, _PACKAGES)
    return _ok(f"library-{module}", said.strip().splitlines()[-1])


async def _run(*command: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(_PROGRAM_S):
            said, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return -1, f"no answer within {_PROGRAM_S:.0f} s"
    return process.returncode or 0, said.decode(errors="replace")


async def _ocr(limits: Documents) -> Check:
    try:
        program = await asyncio.to_thread(_ocr_program, limits)
        status, said = await _run(program, "--version")
    except (ImportError, OSError) as error:
        fix = "apt install tesseract-ocr, or name the program: documents.ocr_program"
        return _ill("ocr", f"{type(error).__name__}: {error}", fix)
    first = said.strip().splitlines()[0] if said.strip() else ""
    if status != 0:
        return _ill("ocr", f"{program}: {first}", "./run once more, or apt install tesseract-ocr")
    return _ok("ocr", f"{program}: {first}")


def _ocr_program(limits: Documents) -> str:
    # Not at the top: without its libraries this import fails, and that is to be said, not met.
    from ekyc.vision import ocr

    return ocr.program(limits)


def _models() -> Check:
    from ekyc.vision import models

    for name in models.SHA256:
        try:
            models.path(name)
        except (models.ModelDamaged, OSError) as error:
            return _ill("models", f"{name}: {type(error).__name__}", "fetch the checkout again")
    return _ok("models", f"{len(models.SHA256)} files with the right checksum")


async def _database(store: Store) -> Sequence[Check]:
    if store.file is not None and not store.file.exists():
        return [_ok("database", "not there yet: the first start makes it")]
    try:
        await store.ping()
        differing = await differences(store)
    except Exception as error:  # whatever a driver raises, it is not reachable
        problem = f"{type(error).__name__}: not reachable"
        return [_ill("database", problem, "start it, or correct database.url")]
    if differing:
        detail = f"{len(differing)} differences from this version's tables"
        return [_ill("database", detail, "ekyc migrate")]
    return [_ok("database", "reachable, with this version's tables"), await _work(store)]


async def _work(store: Store) -> Check:
    async with store.read() as tx:
        aside = await jobs.buried(tx)
    if aside:
        detail = f"{aside} put aside after the last try"
        return _ill("work", detail, "see docs/operate/errors.md, work put aside")
    return _ok("work", "nothing put aside")


def _secret(settings: Settings) -> Check:
    path = settings.secret_file
    try:
        if text := settings.secret.get_secret_value():
            secret.parse(text)
            return _ok("secret", "set")
        if not path.exists():
            return _ok("secret", "not there yet: the first start makes it")
        secret.kept(path)
    except (secret.BadKey, OSError) as error:
        return _ill("secret", str(error), f"32 bytes in hex, chmod 600 {path}")
    return _ok("secret", f"{path}, for its owner alone")


def _folders(settings: Settings) -> Sequence[Check]:
    wanted = {
        "folder-objects": settings.objects.folder,
        "folder-spool": settings.objects.spool,
        "folder-runtime": settings.server.runtime_dir,
        "folder-secret": settings.secret_file.parent,
    }
    return [_folder(name, path) for name, path in wanted.items()]


def _folder(name: str, path: Path) -> Check:
    there = next(one for one in (path.absolute(), *path.absolute().parents) if one.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        return _ill(name, f"{there} cannot be written", f"chown it to the user of ekyc: {there}")
    free_gb = shutil.disk_usage(there).free / 1e9
    detail = f"{path}: {free_gb:.0f} GB free"
    if free_gb < LEAST_FREE_GB:
        return _ill(name, detail, f"free some: recordings need at least {LEAST_FREE_GB} GB")
    return _ok(name, detail)


def _udp(ice: Ice) -> Check:
    """A few ports of the range; a running server holds some of them."""
    count = ice.port_max - ice.port_min + 1
    sample = {ice.port_min + step * (count - 1) // 7 for step in range(8)}
    free = sum(_can_bind("0.0.0.0", port) for port in sample)  # noqa: S104 - only tried
    detail = f"{ice.port_min} to {ice.port_max}: room for {count // CALL_PORTS} conversations"
    if free < len(sample) / 2:
        fix = "free the ports, or choose others: ice.port_min, ice.port_max"
        return _ill("udp", f"{len(sample) - free} of {len(sample)} ports tried are taken", fix)
    return _ok("udp", detail)


def _can_bind(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as tried:
        try:
            tried.bind((host, port))
        except OSError:
            return False
    return True


def _addresses(ice: Ice) -> Check:
    strangers = [host for host in ice.hosts if not _can_bind(host, 0)]
    if strangers:
        detail = f"not an address of this machine: {', '.join(strangers)}"
        return _ill("addresses", detail, "correct ice.hosts; empty offers all there are")
    if ice.hosts:
        return _ok("addresses", ", ".join(ice.hosts))
    return _ok("addresses", f"all of this machine; outwards {_outward() or 'none'}")


def _outward() -> str:
    """The address a packet to the world would leave from; none is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))  # RFC 5737: nobody's
        except OSError:
            return ""
        return str(asked.getsockname()[0])


def _clock(clock: Clock) -> Check:
    """Not before this version was written: codes, links and TOTP depend on it."""
    now = clock.now()
    written = datetime.fromtimestamp(Path(ekyc.__file__).stat().st_mtime, UTC)
    if now < written:
        fix = "set the clock, and keep it: systemd-timesyncd or chrony"
        return _ill("clock", f"{now:%Y-%m-%d %H:%M} UTC lies before this version", fix)
    return _ok("clock", f"{now:%Y-%m-%d %H:%M} UTC")
