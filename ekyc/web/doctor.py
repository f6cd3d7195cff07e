"""`ekyc doctor`: what this machine lacks, found out by trying, each with what to do about it."""

import asyncio
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from ekyc.journey.ports import Clock
from ekyc.settings import Documents, Settings
from ekyc.storage import customer_keys, jobs, secret
from ekyc.storage.migrate import differences
from ekyc.storage.sealing import Ring
from ekyc.storage.store import Store
from ekyc.web import doctor_machine, doctor_network
from ekyc.web.check import Check, ill, well

OLDEST_PYTHON = (3, 11)
LEAST_FREE_GB = 5
"""A call takes about 25 MB a minute: below this an hour of calls is at risk."""

_PROGRAM_S = 60.0
_PACKAGES = "apt install libgl1 libglib2.0-0 libegl1 libgles2"


async def examine(settings: Settings, store: Store, clock: Clock) -> list[Check]:
    """Every check, in the order an operator would mend things; changes nothing."""
    return [
        _python(),
        *await asyncio.gather(_library("cv2"), _library("mediapipe")),
        await _ocr(settings.documents),
        await asyncio.to_thread(_models),
        await _faces(),
        await asyncio.to_thread(doctor_machine.static),
        await doctor_machine.walls(),
        doctor_machine.packets(),
        *await _database(store, settings.seal_keys),
        await asyncio.to_thread(_secret, settings),
        *await asyncio.to_thread(_folders, settings, store.file),
        await asyncio.to_thread(doctor_network.udp, settings.ice),
        await asyncio.to_thread(doctor_network.addresses, settings.ice),
        *await doctor_network.relay(settings.ice, clock.now()),
        await asyncio.to_thread(doctor_network.tls, settings.server, clock.now()),
        await doctor_machine.clock(clock),
        doctor_machine.zone(settings.bank.zone, clock.now()),
    ]


def _python() -> Check:
    version = sys.version.split()[0]
    if sys.version_info < OLDEST_PYTHON:
        return ill("python", version, "use Python 3.11 or newer")
    return well("python", version)


async def _library(module: str) -> Check:
    """In a process of its own: a library that is missing may take the process along."""
    code = f"import {module}; print({module}.__version__)"
    status, said = await _run(sys.executable, "-c", code)
    if status != 0:
        reason = said.strip().splitlines()[-1] if said.strip() else f"ended with {status}"
        return ill(f"library-{module}", reason, _PACKAGES)
    return well(f"library-{module}", said.strip().splitlines()[-1])


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
        return ill("ocr", f"{type(error).__name__}: {error}", fix)
    first = said.strip().splitlines()[0] if said.strip() else ""
    if status != 0:
        return ill("ocr", f"{program}: {first}", "./run once more, or apt install tesseract-ocr")
    if (folder := await asyncio.to_thread(_model_folder)) is None:
        return well("ocr", f"{program}: {first}; its model is damaged, see models")
    status, said = await _run(program, "--tessdata-dir", str(folder), "--list-langs")
    if status != 0 or "vie" not in said.split():
        fix = "another program: apt install tesseract-ocr, or documents.ocr_program"
        return ill("ocr", f"{program}: cannot use our Vietnamese model", fix)
    return well("ocr", f"{program}: {first}; Vietnamese (our own model)")


def _model_folder() -> Path | None:
    from ekyc.vision import models, ocr

    try:
        return models.path(ocr.MODEL).parent
    except (models.ModelDamaged, OSError):
        return None


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
            return ill("models", f"{name}: {type(error).__name__}", "fetch the checkout again")
    return well("models", f"{len(models.SHA256)} files with the right checksum")


async def _faces() -> Check:
    """By a template of a grey square: what OpenCV refuses shows only when the net is asked."""
    code = "from ekyc.vision import likeness; print(likeness.self_check())"
    status, said = await _run(sys.executable, "-c", code)
    if status != 0:
        return ill("faces", "OpenCV does not run the net", "install opencv-python as locked")
    return well("faces", f"{said.strip().splitlines()[-1]} answers")


async def _database(store: Store, seal_keys: Path) -> Sequence[Check]:
    if store.file is not None and not store.file.exists():
        return [well("database", "not there yet: the first start makes it")]
    try:
        await store.ping()
        differing = await differences(store)
    except Exception as error:  # whatever a driver raises, it is not reachable
        problem = f"{type(error).__name__}: not reachable"
        return [ill("database", problem, "start it, or correct database.url")]
    if differing:
        detail = f"{len(differing)} differences from this version's tables"
        return [ill("database", detail, "ekyc migrate")]
    known = well("database", "reachable, with this version's tables")
    return [known, await _work(store), await _sealing(store, seal_keys)]


async def _work(store: Store) -> Check:
    async with store.read() as tx:
        aside = await jobs.buried(tx)
    if aside:
        detail = f"{aside} put aside after the last try"
        return ill("work", detail, "see docs/operate/errors.md, work put aside")
    return well("work", "nothing put aside")


def _secret(settings: Settings) -> Check:
    path = settings.secret_file
    try:
        if text := settings.secret.get_secret_value():
            secret.parse(text)
            return well("secret", "set")
        if not path.exists():
            return well("secret", "not there yet: the first start makes it")
        secret.kept(path)
    except (secret.BadKey, OSError) as error:
        return ill("secret", str(error), f"32 bytes in hex, chmod 600 {path}")
    return well("secret", f"{path}, for its owner alone")


async def _sealing(store: Store, path: Path) -> Check:
    async with store.read() as tx:
        used = await customer_keys.used(tx)
    if not used and not await asyncio.to_thread(path.exists):
        return well("seal", "not there yet: the first start makes it")
    try:
        held = await asyncio.to_thread(Ring(path).ids)
    except (secret.BadKey, OSError) as error:
        return ill("seal", str(error), f"put the sealing keys back, chmod 600 {path}")
    if lacking := sorted(used.keys() - set(held)):
        return ill("seal", f"lacks {', '.join(lacking)}", f"put these sealing keys into {path}")
    return well("seal", f"{path}, for its owner alone; keep a copy elsewhere")


def _folders(settings: Settings, database: Path | None) -> Sequence[Check]:
    wanted = {
        "folder-objects": settings.objects.folder,
        "folder-spool": settings.objects.spool,
        "folder-runtime": settings.server.runtime_dir,
        "folder-secret": settings.secret_file.parent,
        **({"folder-database": database.parent} if database else {}),
    }
    return [_folder(name, path) for name, path in wanted.items()]


def _folder(name: str, path: Path) -> Check:
    there = next(one for one in (path.absolute(), *path.absolute().parents) if one.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        return ill(name, f"{there} cannot be written", f"chown it to the user of ekyc: {there}")
    free_gb = shutil.disk_usage(there).free / 1e9
    detail = f"{path}: {free_gb:.0f} GB free"
    if free_gb < LEAST_FREE_GB:
        return ill(name, detail, f"free some: recordings need at least {LEAST_FREE_GB} GB")
    return well(name, detail)
