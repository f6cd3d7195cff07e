"""What every command needs: the settings read, the store opened, a refusal said."""

import json
import os
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError

from ekyc.settings import Settings
from ekyc.settings.places import placed

if TYPE_CHECKING:
    from ekyc.storage.store import Store  # a command that needs no database loads none

Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


def read_settings() -> Settings:
    """The settings in force; what is wrong with them is said, and the command ends."""
    try:
        file = os.environ.get("EKYC_CONFIG")
        return placed(Settings(), Path(file) if file else None)
    except ValidationError as error:
        for fault in error.errors():
            place = ".".join(str(part) for part in fault["loc"])
            typer.echo(f"settings: {place}: {fault['msg']}", err=True)
    except tomllib.TOMLDecodeError as error:
        typer.echo(f"settings: {os.environ['EKYC_CONFIG']}: {error}", err=True)
    raise typer.Exit(2)


def fail(code: str, message: str) -> typer.Exit:
    """Say why the command could not do its work; to be raised."""
    typer.echo(json.dumps({"error": {"code": code, "message": message}}, ensure_ascii=False))
    return typer.Exit(2)


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator["Store"]:
    """The database, brought to this version's tables."""
    from ekyc.app import open_store
    from ekyc.storage.bus import Bus
    from ekyc.storage.migrate import DatabaseTooNew, migrate

    store = open_store(settings, Bus())
    try:
        await migrate(store)
        yield store
    except DatabaseTooNew as error:
        raise fail("database-too-new", str(error)) from None
    finally:
        await store.close()
