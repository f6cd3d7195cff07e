"""The commands around sealing: which keys there are, a new one, and a recording opened by hand."""

import asyncio
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ekyc.terminal import Json, fail, opened_store, read_settings

if TYPE_CHECKING:
    from ekyc.sealed.reader import Source  # most commands need none

seal_app = typer.Typer(
    name="seal", no_args_is_help=True, help="The keys that open what customers gave."
)

_PIECE = 1 << 20


@seal_app.command("list")
def list_keys(as_json: Json = False) -> None:
    """Every sealing key, the newest last, and how many customers' keys it opens.

    Exit 1 when the database needs a key that the file does not hold.
    """
    from ekyc.storage import customer_keys
    from ekyc.storage.sealing import Ring
    from ekyc.storage.secret import BadKey

    settings = read_settings()

    async def work() -> Mapping[str, int]:
        async with opened_store(settings) as store, store.read() as tx:
            return await customer_keys.used(tx)

    try:
        held = Ring(settings.seal_keys).ids() if settings.seal_keys.exists() else []
    except BadKey as error:
        raise fail("key-bad", str(error)) from None
    used = asyncio.run(work())
    lacking = sorted(used.keys() - set(held))
    keys = [{"id": id, "customers": used.get(id, 0), "held": id in held} for id in held + lacking]
    if as_json:
        typer.echo(json.dumps({"keys": keys}))
    else:
        for key in keys:
            missing = "" if key["held"] else f"  MISSING in {settings.seal_keys}"
            typer.echo(f"{key['id']}  {key['customers']} customers{missing}")
    raise typer.Exit(1 if lacking else 0)


@seal_app.command("renew")
def renew() -> None:
    """Make a new sealing key and put every customer's key under it; the server may go on working.

    No recording is touched. The older keys stay in the file, for backups made before.
    """
    from ekyc.journey import sealing
    from ekyc.storage.sealing import NoSealingKey
    from ekyc.storage.secret import BadKey

    settings = read_settings()

    async def work() -> tuple[str, int]:
        async with opened_store(settings) as store:
            ring = await sealing.ring(store, settings.seal_keys)
            return await sealing.renew(store, ring)

    try:
        id, count = asyncio.run(work())
    except (BadKey, NoSealingKey, OSError) as error:
        raise fail("key-bad", str(error)) from None
    typer.echo(f"{id} seals from now on; {count} customers' keys are under it")
    typer.echo(f"keep a new copy of {settings.seal_keys}: backups made from now on need it")


@seal_app.command("open")
def open_recording(
    id: Annotated[str, typer.Argument(help="The recording, as the customer's file names it.")],
    to: Annotated[Path, typer.Argument(help="A new file: WebM, in the clear.")],
) -> None:
    """Write one recording as it is played, for an auditor; the file of the customer tells of it."""
    from ekyc.app import SystemClock
    from ekyc.domain.errors import NotFound
    from ekyc.journey import customer_file, sealing
    from ekyc.sealed.form import Damaged
    from ekyc.storage.objects import Objects
    from ekyc.storage.sealing import NoSealingKey
    from ekyc.storage.secret import BadKey

    settings = read_settings()
    objects = Objects(settings.objects.folder)

    async def work() -> str:
        async with opened_store(settings) as store:
            ring = await sealing.ring(store, settings.seal_keys)
            row = await customer_file.take_out(store, SystemClock(), recording_id=id)
            owner = await sealing.recorded_under(store, ring, row)
            source = await asyncio.to_thread(
                objects.open, row.object_key or "", owner=owner, index=row.index_key
            )
            await asyncio.to_thread(_write, source, to)
            return row.sha256 or ""

    try:
        sha256 = asyncio.run(work())
    except NotFound:
        raise fail("not-found", f"no finished, sealed recording {id}") from None
    except (BadKey, NoSealingKey, Damaged, OSError) as error:
        raise fail("recording-unreadable", str(error)) from None
    typer.echo(f"{to}: in the clear; its SHA-256 is to be {sha256}")


def _write(source: "Source", to: Path) -> None:
    """All of it or no file."""
    try:
        mine = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(mine, "wb") as file:
            for at in range(0, source.size, _PIECE):
                file.write(source.read(at, _PIECE))
    except FileExistsError:
        raise
    except BaseException:
        to.unlink(missing_ok=True)
        raise
    finally:
        source.close()
