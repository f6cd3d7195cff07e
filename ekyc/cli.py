"""The `ekyc` command: parse, call, print. Exit 0 done, 1 the answer is no, 2 could not."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from pydantic import ValidationError

from ekyc import accounts, presence, seals, upkeep
from ekyc.bench.command import bench_app
from ekyc.domain.errors import EkycError
from ekyc.settings import Settings
from ekyc.settings.text import effective, example
from ekyc.terminal import Json, fail, opened_store, read_settings

if TYPE_CHECKING:
    from aiohttp import web

    from ekyc.web.serve import Door

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
webhooks_app = typer.Typer(name="webhooks", no_args_is_help=True, help="What the CRM was told.")
keys_app = typer.Typer(name="keys", no_args_is_help=True, help="API keys of the CRM.")
parts = (accounts.staff_app, keys_app, seals.seal_app, webhooks_app, bench_app, upkeep.jobs_app)
for part in parts:
    app.add_typer(part)
for command in (upkeep.migrate, upkeep.backup, upkeep.restore, upkeep.draws):
    app.command()(command)
app.command()(presence.challenge)
app.command()(presence.sequence)

Greet = Callable[["web.Application"], Awaitable[None]]


def main() -> None:
    """Entry point."""
    os.umask(0o077)  # databases, photographs, recordings: for the eyes of this user alone
    app()


@app.command()
def serve(
    demo: Annotated[bool, typer.Option("--demo", help="Play bank on embedded defaults.")] = False,
    lan: Annotated[
        bool, typer.Option("--lan", help="The demo for this network's phones too, by HTTPS.")
    ] = False,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="TCP port.")] = None,
) -> None:
    """Start the server."""
    from ekyc import logs

    logs.configure()
    settings = read_settings()
    if port is not None:
        server = settings.server.model_copy(update={"port": port})
        settings = settings.model_copy(update={"server": server})
    from ekyc.notify.preparation import BadPreparation
    from ekyc.storage.migrate import DatabaseTooNew
    from ekyc.storage.secret import BadKey

    if lan and not demo:
        typer.echo("--lan belongs to --demo; a bank's server has its own certificate", err=True)
        raise typer.Exit(2)
    try:
        _serve_demo(settings, lan=lan) if demo else _serve(settings)
    except BadKey as error:
        typer.echo(f"key: {error}", err=True)
        raise typer.Exit(2) from None
    except DatabaseTooNew as error:
        typer.echo(f"database: {error}", err=True)
        raise typer.Exit(2) from None
    except BadPreparation as error:
        typer.echo(f"preparation.folder: {error}", err=True)
        raise typer.Exit(2) from None


def _serve(settings: Settings) -> None:
    from ekyc.app import build_app

    _run(build_app(settings), settings)


def _serve_demo(settings: Settings, *, lan: bool) -> None:
    from ekyc.demo.lan import NoNetwork, open_lan
    from ekyc.demo.server import demo_app, demo_settings, greeting

    try:
        network = open_lan(settings) if lan else None
        settings, kept = demo_settings(settings, network.hosts if network else ())
    except ValidationError as error:
        typer.echo(error.errors()[0]["msg"], err=True)
        raise typer.Exit(2) from None
    except NoNetwork as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    demo = demo_app(settings, kept, is_renewed=lan)

    async def greet(started: "web.Application") -> None:
        typer.echo(await greeting(started, network))

    _run(demo, settings, greet, network.doors if network else ())


def _run(
    server: "web.Application",
    settings: Settings,
    greet: Greet | None = None,
    doors: "Sequence[Door]" = (),
) -> None:
    from ekyc.web.serve import BadCertificate, listen, taken_port

    try:
        asyncio.run(listen(server, settings.server, greet, doors))
    except BadCertificate as error:
        typer.echo(f"server.tls_certificate, server.tls_key: {error}", err=True)
        raise typer.Exit(2) from None
    except OSError as error:
        port = taken_port(error, settings.server.port)
        typer.echo(f"cannot listen on port {port}: {error.strerror}", err=True)
        raise typer.Exit(2) from None


@app.command()
def config(
    show_example: Annotated[bool, typer.Option("--example", help="Print the example.")] = False,
) -> None:
    """Print the settings in force, secrets masked."""
    typer.echo(example() if show_example else effective(read_settings()), nl=not show_example)


@keys_app.command("add")
def add_key(
    name: str,
    scope: Annotated[
        list[str] | None,
        typer.Option(help="applications, results or media; the first two when left out."),
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, help="Good for so long; else for ever.")
    ] = None,
    networks: Annotated[
        list[str] | None,
        typer.Option("--from", help="A network or address it may be used from; else any."),
    ] = None,
) -> None:
    """Make an API key for the CRM; prints it this once."""
    from ekyc.app import SystemClock
    from ekyc.domain.access import DEFAULT_SCOPES
    from ekyc.domain.api_key import parse_networks, parse_scopes
    from ekyc.journey import api_keys

    settings = read_settings()
    try:
        scopes = parse_scopes(scope) if scope else DEFAULT_SCOPES
    except ValueError:
        raise fail("scope-unknown", "scope: applications, results, media or evidence") from None
    try:
        places = parse_networks(networks or ())
    except ValueError:
        raise fail("network-unknown", "from: a network as 203.0.113.0/24, or an address") from None

    async def work() -> str:
        async with opened_store(settings) as store:
            return await api_keys.add(
                store,
                SystemClock(),
                name=name,
                environment=settings.crm.environment,
                scopes=scopes,
                days=days,
                networks=places,
            )

    typer.echo(asyncio.run(work()))


@keys_app.command("list")
def list_keys(as_json: Json = False) -> None:
    """Every API key: its id, name, scopes, and when it was made, used, expires or was revoked."""
    from ekyc.journey import api_keys

    async def work() -> list[dict[str, Any]]:
        async with opened_store(read_settings()) as store:
            return [api_keys.shown(key) for key in await api_keys.every(store)]

    keys = asyncio.run(work())
    if as_json:
        typer.echo(json.dumps({"keys": keys}, ensure_ascii=False))
        return
    for key in keys:
        typer.echo("  ".join(f"{word}: {said}" for word, said in key.items() if said))


@keys_app.command("revoke")
def revoke_key(id: str) -> None:
    """Let nobody in by this key any more; ID as `ekyc keys list` shows it."""
    from ekyc.app import SystemClock
    from ekyc.journey import api_keys

    async def work() -> str:
        async with opened_store(read_settings()) as store:
            return (await api_keys.revoke(store, SystemClock(), id=id)).name

    try:
        typer.echo(f"revoked: {asyncio.run(work())}")
    except EkycError as refused:
        raise fail(refused.code, "no such key, or it is revoked already") from None


@webhooks_app.command("replay")
def replay_webhooks(
    since: Annotated[datetime, typer.Option(help="From this instant on, UTC.")],
    until: Annotated[datetime | None, typer.Option(help="To before this one; else to now.")] = None,
    only_failed: Annotated[bool, typer.Option(help="Only what was put aside.")] = False,
) -> None:
    """Tell the CRM again what happened in a time; the running server sends it."""
    from ekyc.app import SystemClock
    from ekyc.domain.events import SYSTEM
    from ekyc.journey.webhooks import replay_between

    settings, clock = read_settings(), SystemClock()
    end = until.replace(tzinfo=UTC) if until else clock.now()

    async def work() -> int:
        told, start = 0, since.replace(tzinfo=UTC)
        async with opened_store(settings) as store:
            while True:
                count, rest = await replay_between(
                    store,
                    clock,
                    names=settings.crm.webhook_events,
                    since=start,
                    until=end,
                    failed=only_failed,
                    limit=settings.crm.replay_max,
                    actor=SYSTEM,
                )
                told += count
                if rest is None:
                    return told
                start = rest

    typer.echo(f"sent again: {asyncio.run(work())}")


@app.command()
def doctor(as_json: Json = False) -> None:
    """Say what this machine lacks, and what to do about it; exit 1 when something is not ok."""
    from ekyc.app import SystemClock, open_store
    from ekyc.storage.bus import Bus
    from ekyc.web.check import Check, lines
    from ekyc.web.doctor import examine

    settings = read_settings()

    async def work() -> list[Check]:
        store = open_store(settings, Bus())
        try:
            return await examine(settings, store, SystemClock())
        finally:
            await store.close()

    checks = asyncio.run(work())
    ok = all(check.ok for check in checks)
    if as_json:
        document = {"ok": ok, "checks": [asdict(check) for check in checks]}
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        typer.echo("\n".join(lines(checks)))
    raise typer.Exit(0 if ok else 1)


@app.command()
def read(
    images: Annotated[list[Path], typer.Argument(help="Photographs of one document's sides.")],
    as_json: Json = False,
) -> None:
    """Read an identity document: kind, sides, quality, fields with their sources."""
    from ekyc.domain.errors import EkycError
    from ekyc.notify.texts import Texts
    from ekyc.vision.read_report import is_good, lines, read_report

    try:
        settings = read_settings()
        today = datetime.now(ZoneInfo(settings.bank.zone)).date()
        report = read_report(images, settings.documents, today=today)
    except EkycError as error:
        raise fail(error.code, Texts().error(error.code, "en", **error.values)) from None
    except OSError as error:
        raise fail("file-unreadable", f"{error.filename}: {error.strerror}") from None
    for side in report["sides"]:
        for fault in side["quality"]["faults"]:
            fault["message"] = Texts().say("documents", f"fault.{fault['code']}", "en")
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
    else:
        typer.echo("\n".join(lines(report)))
    raise typer.Exit(0 if is_good(report) else 1)


@app.command()
def pose(images: list[Path], as_json: Json = False) -> None:
    """Measure the head in each picture: yaw > 0 own left, pitch > 0 up, roll > 0 anticlockwise."""
    from ekyc.notify.texts import Texts
    from ekyc.vision.pose_report import line, pose_report

    try:
        report = pose_report(images, read_settings().documents)
    except EkycError as error:
        raise fail(error.code, Texts().error(error.code, "en", **error.values)) from None
    except OSError as error:
        raise fail("file-unreadable", f"{error.filename}: {error.strerror}") from None
    typer.echo(json.dumps(report) if as_json else "\n".join(map(line, report)))


@app.command()
def match(one: Path, other: Path, as_json: Json = False) -> None:
    """Compare the largest faces of two pictures; exit 1 unless they match."""
    from ekyc.notify.texts import Texts
    from ekyc.vision.match_report import line, match_report

    try:
        settings = read_settings()
        report = match_report(one, other, settings.faces, settings.documents)
    except EkycError as error:
        raise fail(error.code, Texts().error(error.code, "en", **error.values)) from None
    except OSError as error:
        raise fail("file-unreadable", f"{error.filename}: {error.strerror}") from None
    typer.echo(json.dumps(report) if as_json else line(report))
    raise typer.Exit(0 if report["verdict"] == "match" else 1)


@app.command()
def demo(
    agent: Annotated[bool, typer.Option(help="Play the agent instead.")] = False,
    customers: Annotated[int, typer.Option(min=1, help="How many, one after the other.")] = 1,
    login: Annotated[str, typer.Option(help="The agent's account.")] = "quocbao",
    address: Annotated[str, typer.Option(help="The running server.")] = "http://127.0.0.1:8080",
    as_json: Json = False,
) -> None:
    """Play simulated people against a running demo."""
    from aiohttp import ClientError

    from ekyc.demo.play import play

    try:
        code = play(address, agent=agent, customers=customers, as_json=as_json, login=login)
    except ClientError:
        raise fail("server-not-there", f"no demo answers at {address}; start it: ./run") from None
    except KeyboardInterrupt:
        code = 0
    raise typer.Exit(code)
