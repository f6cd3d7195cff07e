"""The commands around the sealing keys: which there are, and a new one."""

import asyncio
import json
from collections.abc import Mapping

import typer

from ekyc.terminal import Json, fail, opened_store, read_settings

seal_app = typer.Typer(
    name="seal", no_args_is_help=True, help="The keys that open what customers gave."
)


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
