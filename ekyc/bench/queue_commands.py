"""The commands that measure the queue and the times on offer: matching, a day, kills, slots."""

import json
from pathlib import Path
from typing import Annotated, NoReturn

import typer


def matching(
    engine: Annotated[str, typer.Option(help="sqlite, postgresql, or both.")] = "both",
    seconds: Annotated[float, typer.Option(min=1, help="Measured for so long.")] = 10.0,
    desks: Annotated[int, typer.Option(min=1, help="Agents who are available.")] = 40,
    batch: Annotated[int, typer.Option(min=1, help="Pairs in one transaction.")] = 20,
    runs: Annotated[int, typer.Option(min=1, help="So often; the figures are medians.")] = 3,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output.")
    ] = False,
) -> None:
    """How many customers a second find their agent; exit 1 when anybody does twice or too early."""
    from ekyc import logs
    from ekyc.bench.matching import ENGINES, Options, is_good, measure, table
    from ekyc.bench.postgres import NoPostgres

    if engine not in {*ENGINES, "both"}:
        typer.echo(f"engine: {', '.join(ENGINES)}, both", err=True)
        raise typer.Exit(2)
    logs.configure()
    chosen = ENGINES if engine == "both" else (engine,)
    options = Options(engines=chosen, seconds=seconds, desks=desks, batch=batch, runs=runs)
    try:
        figures = measure(options)
    except NoPostgres as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(json.dumps([run.to_json() for run in figures]))
    else:
        typer.echo("\n".join(table(figures)))
    raise typer.Exit(0 if is_good(figures) else 1)


def day(
    shape: Annotated[str, typer.Option(help="flat, peaks, burst, or all.")] = "all",
    agents: Annotated[int, typer.Option(min=1, help="At their desks all day.")] = 40,
    customers: Annotated[int, typer.Option(min=20, help="Who call in ten hours.")] = 2000,
    runs: Annotated[int, typer.Option(min=1, help="Days of each shape.")] = 5,
    seed: Annotated[int, typer.Option(help="The same seed draws the same days.")] = 1,
    pictures: Annotated[
        Path | None, typer.Option(help="Folder for a picture (SVG) of the first day of each shape.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output.")
    ] = False,
) -> None:
    """Simulate days: waits, who gives up, occupancy, and how often the promised range is true."""
    from ekyc.bench.day import SHAPES, Options, several, table
    from ekyc.bench.day_picture import picture

    if shape not in {*SHAPES, "all"}:
        typer.echo(f"shape: {', '.join(SHAPES)}, all", err=True)
        raise typer.Exit(2)
    days = []
    for chosen in SHAPES if shape == "all" else (shape,):
        options = Options(shape=chosen, agents=agents, customers=customers, seed=seed)
        own = several(options, runs)
        days += own
        if pictures is not None:
            (pictures / f"day-{chosen}.svg").write_text(picture(own[0]), encoding="utf-8")
    typer.echo(json.dumps([d.to_json() for d in days]) if as_json else "\n".join(table(days)))


def kill_the_queue(
    kills: int, crashes: int, seed: int, folder: Path | None, *, as_json: bool
) -> NoReturn:
    """Goes on where the folder's last run stopped."""
    import tempfile

    from ekyc.bench.queue_kills import Options, run, table
    from ekyc.bench.say import Say

    with tempfile.TemporaryDirectory(prefix="ekyc-queue-") as passing:
        options = Options(kills=kills, crashes=crashes, seed=seed, folder=folder or Path(passing))
        result = run(options, Say())
    typer.echo(json.dumps(result.to_json()) if as_json else "\n".join(table(result)))
    raise typer.Exit(1 if result.findings else 0)


def slots(
    engine: Annotated[str, typer.Option(help="sqlite, postgresql, or both.")] = "both",
    sessions: Annotated[int, typer.Option(min=1, help="Customers who try at once.")] = 1000,
    agents: Annotated[int, typer.Option(min=1, help="Agents on shift.")] = 5,
    times: Annotated[int, typer.Option(min=1, help="Slots they all want.")] = 40,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output.")
    ] = False,
) -> None:
    """A crowd and a swarm want the same times; exit 1 when anybody is promised another's."""
    from ekyc import logs
    from ekyc.bench.matching import ENGINES
    from ekyc.bench.postgres import NoPostgres
    from ekyc.bench.slots import Options, measure, table, to_json

    if engine not in {*ENGINES, "both"}:
        typer.echo(f"engine: {', '.join(ENGINES)}, both", err=True)
        raise typer.Exit(2)
    logs.configure()
    chosen = ENGINES if engine == "both" else (engine,)
    try:
        figures = measure(Options(engines=chosen, sessions=sessions, agents=agents, slots=times))
    except NoPostgres as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(json.dumps([to_json(run) for run in figures]))
    else:
        typer.echo("\n".join(table(figures)))
    raise typer.Exit(0 if all(run.is_good for run in figures) else 1)
