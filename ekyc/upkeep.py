"""The commands that keep a server: tables, backup and restore, work that was put aside."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ekyc import __version__
from ekyc.settings import Settings
from ekyc.terminal import Json, fail, opened_store, read_settings

if TYPE_CHECKING:
    from ekyc.storage.backup import Manifest, Places  # a command without a database loads none

jobs_app = typer.Typer(
    name="jobs", no_args_is_help=True, help="Work that was put aside after its last try."
)


def migrate() -> None:
    """Bring the database to this version's tables."""

    async def work() -> None:
        async with opened_store(read_settings()):
            pass

    asyncio.run(work())
    typer.echo("the database is up to date")


def places(settings: Settings, *, seal_keys: bool) -> "Places":
    """Where this server keeps its files; the demo's secrets lie beside the key."""
    from ekyc.storage.backup import Places

    key = settings.secret_file
    return Places(
        objects=settings.objects.folder,
        spool=settings.objects.spool,
        secrets=(key, key.with_name("demo.json"), *[settings.seal_keys][: int(seal_keys)]),
    )


def backup(
    folder: Annotated[
        Path, typer.Argument(help="A new folder; whoever reads it reads everything.")
    ],
    with_seal_keys: Annotated[
        bool, typer.Option("--with-seal-keys", help="The keys that open the recordings, too.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Copy rows, photographs, recordings and the server's key; the server may go on working."""
    from ekyc.app import open_store
    from ekyc.storage.backup import BackupRefused, missing, save
    from ekyc.storage.bus import Bus

    settings = read_settings()

    async def work() -> "Manifest":
        store = open_store(settings, Bus())
        try:
            await store.ping()
            kept = places(settings, seal_keys=with_seal_keys)
            return await save(store, kept, folder, version=__version__)
        finally:
            await store.close()

    try:
        manifest = asyncio.run(work())
    except (BackupRefused, OSError) as error:
        raise fail("backup-refused", str(error)) from None
    lost = missing(folder, manifest)
    _tell(manifest, settings, as_json, missing=list(lost))
    if lost:
        raise typer.Exit(1)


def restore(
    folder: Annotated[Path, typer.Argument(help="A folder made by `ekyc backup`.")],
    as_json: Json = False,
) -> None:
    """Bring a backup back into the empty database and folders the settings name."""
    from ekyc.app import open_store
    from ekyc.storage.backup import BackupRefused
    from ekyc.storage.bus import Bus
    from ekyc.storage.restore import restore as bring_back

    settings = read_settings()

    async def work() -> "Manifest":
        store = open_store(settings, Bus())
        try:
            return await bring_back(store, places(settings, seal_keys=True), folder)
        finally:
            await store.close()

    try:
        manifest = asyncio.run(work())
    except (BackupRefused, OSError) as error:
        raise fail("restore-refused", str(error)) from None
    _tell(manifest, settings, as_json, missing=[])


def _tell(manifest: "Manifest", settings: Settings, as_json: bool, *, missing: list[str]) -> None:
    rows, files = sum(manifest.rows.values()), len(manifest.files)
    key_inside = f"secrets/{settings.secret_file.name}" in manifest.files
    opens = f"secrets/{settings.seal_keys.name}" in manifest.files
    if as_json:
        said = {"rows": rows, "files": files, "bytes": manifest.size_bytes, "missing": missing}
        inside = {"key_inside": key_inside, "seal_keys_inside": opens}
        typer.echo(json.dumps({"ok": not missing, **said, **inside}))
        return
    typer.echo(f"{rows} rows, {files} files, {manifest.size_bytes / 1e6:.1f} MB, checksums right")
    if key_inside:
        typer.echo("the server's key is inside: keep this folder as safe as the server itself")
    else:
        typer.echo("the server's key is not inside: it is set from outside, keep it yourself")
    if opens:
        typer.echo("the sealing keys are inside: whoever has this folder can open the recordings")
    else:
        typer.echo(
            "the sealing keys are not inside: nothing customers gave opens without"
            f" {settings.seal_keys}; a server that starts from this backup needs it"
        )
    for key in missing:
        typer.echo(f"MISSING  {key}: a row names it, and there is no such file")


@jobs_app.command("list")
def list_jobs(as_json: Json = False) -> None:
    """What waits for a person; exit 1 when there is anything."""
    from ekyc.storage import jobs
    from ekyc.storage.store import Row

    async def work() -> list[Row]:
        async with opened_store(read_settings()) as store, store.read() as tx:
            return list(await jobs.aside(tx))

    found = asyncio.run(work())
    if as_json:
        typer.echo(json.dumps([{**job, "due_at": job["due_at"].isoformat()} for job in found]))
    else:
        for job in found:
            typer.echo(
                f"{job['id']}  {job['kind']:<18}{job['attempts']:>3} tries"
                f"  {job['due_at']:%Y-%m-%d %H:%M}  {job['problem']}"
            )
    raise typer.Exit(1 if found else 0)


@jobs_app.command("retry")
def retry_jobs(
    id: Annotated[str | None, typer.Argument(help="One job; all of them when left out.")] = None,
) -> None:
    """Make work that was put aside due again; a running server takes it up by itself."""
    from ekyc.app import SystemClock
    from ekyc.storage import jobs

    async def work() -> int:
        async with opened_store(read_settings()) as store, store.begin() as tx:
            return await jobs.retry(tx, now=SystemClock().now(), id=id)

    count = asyncio.run(work())
    if id is not None and not count:
        raise fail("not-found", f"no job {id} was put aside")
    typer.echo(f"{count} due again")


def draws(as_json: Json = False) -> None:
    """Draw every agent again who was drawn at random; exit 1 when one was not as committed to."""
    from ekyc.journey import draws as journey

    async def work() -> journey.Draws:
        async with opened_store(read_settings()) as store:
            return await journey.check(store)

    found = asyncio.run(work())
    told = {"draws": found.checked, "uncommitted": found.uncommitted, "broken": found.broken}
    if as_json:
        typer.echo(json.dumps(told))
    else:
        typer.echo(f"draws: {found.checked}, {found.uncommitted} of them with no commitment before")
        for sequence in found.broken:
            typer.echo(f"fact {sequence}: not who was committed to")
    raise typer.Exit(1 if found.broken else 0)
