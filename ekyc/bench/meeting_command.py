"""`ekyc bench …`, what it is about two people finding each other: line, codes, times."""

import json
from typing import Annotated

import typer

from ekyc.bench.command import bench_app as bench_app


@bench_app.command()
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


@bench_app.command()
def pumping(
    days: Annotated[int, typer.Option(min=1, help="Days that are played.")] = 2,
    per_day: Annotated[int, typer.Option(min=1, help="Codes pumpers ask for in a day.")] = 1500,
    honest: Annotated[int, typer.Option(min=0, help="Customers who ask in a day.")] = 100,
    budget: Annotated[int, typer.Option(min=1, help="codes.budget_per_day_vnd.")] = 400_000,
    seed: Annotated[int, typer.Option(help="The same seed draws the same days.")] = 1,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output.")
    ] = False,
) -> None:
    """What codes cost while somebody pumps them; exit 1 when a day costs more than it may."""
    from ekyc.bench.pumping import Options, is_good, measure, table

    options = Options(
        days=days, per_day=per_day, honest_per_day=honest, budget_vnd=budget, seed=seed
    )
    figures = measure(options)
    if as_json:
        typer.echo(json.dumps([one.to_json() for one in figures]))
    else:
        typer.echo("\n".join(table(figures)))
    raise typer.Exit(0 if is_good(figures) else 1)


@bench_app.command()
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
