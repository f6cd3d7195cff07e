"""`ekyc bench …`: figures about this server on this machine."""

import json
from pathlib import Path
from typing import Annotated

import typer

bench_app = typer.Typer(name="bench", no_args_is_help=True)


@bench_app.callback()
def bench() -> None:
    """Figures about this server on this machine."""


@bench_app.command()
def crash(
    kills: Annotated[int, typer.Option(min=1, help="How many processes are killed.")] = 12,
    seed: Annotated[int, typer.Option(help="The same seed draws the same kills.")] = 1,
    process: Annotated[
        str, typer.Option(help="web, media, vision, machine, or all of them in turn.")
    ] = "all",
    folder: Annotated[
        Path | None, typer.Option(help="Kept afterwards; else a folder that is removed.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output.")
    ] = False,
) -> None:
    """Kill the server's processes under people on their journeys; exit 1 when anything is wrong."""
    from ekyc import logs
    from ekyc.bench.crash import run
    from ekyc.bench.house import NotStarted
    from ekyc.bench.plan import Process
    from ekyc.bench.result import report

    if process not in {"all", *Process}:
        typer.echo("process: web, media, vision, machine or all", err=True)
        raise typer.Exit(2)
    logs.configure()
    processes = list(Process) if process == "all" else [Process(process)]
    try:
        result = run(kills=kills, seed=seed, processes=processes, folder=folder)
    except NotStarted as error:
        typer.echo(f"the server did not start; its last words: {error}", err=True)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(json.dumps(result.to_json(), ensure_ascii=False))
    else:
        typer.echo("\n".join(report([result])))
    raise typer.Exit(0 if result.is_good else 1)
