"""`ekyc bench …`: figures about this server on this machine."""

import json
from pathlib import Path
from typing import Annotated

import typer

from ekyc.bench import queue_commands

bench_app = typer.Typer(name="bench", no_args_is_help=True)


@bench_app.callback()
def bench() -> None:
    """Figures about this server on this machine."""


@bench_app.command()
def crash(
    kills: Annotated[int, typer.Option(min=1, help="How many processes are killed.")] = 12,
    seed: Annotated[int, typer.Option(help="The same seed draws the same kills.")] = 1,
    process: Annotated[
        str,
        typer.Option(help="web, media, vision, machine, all of them in turn, or queue: many."),
    ] = "all",
    crashes: Annotated[
        int, typer.Option(min=0, help="With queue: of PostgreSQL too, so many of the kills.")
    ] = 0,
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

    if process not in {"all", "queue", *Process}:
        typer.echo("process: web, media, vision, machine, all or queue", err=True)
        raise typer.Exit(2)
    logs.configure()
    if process == "queue":
        queue_commands.kill_the_queue(kills, crashes, seed, folder, as_json=as_json)
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


@bench_app.command()
def kills(
    process: Annotated[
        str, typer.Option(help="media (its worker), server, or machine: every process.")
    ] = "media",
    times: Annotated[int, typer.Option(min=1, help="How often it is killed.")] = 200,
    seed: Annotated[int, typer.Option(help="The same seed draws the same moments.")] = 1,
    folder: Annotated[
        Path | None, typer.Option(help="Kept afterwards; else a folder that is removed.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output.")
    ] = False,
) -> None:
    """Kill a process again and again under one recorded call; exit 1 when a recording is bad."""
    from ekyc import logs
    from ekyc.bench.house import NotStarted
    from ekyc.bench.kills import run, table
    from ekyc.bench.plan import Process

    processes = {
        "media": Process.MEDIA,
        "server": Process.WEB,
        "machine": Process.MACHINE,
    }
    if process not in processes:
        typer.echo(f"process: {', '.join(processes)}", err=True)
        raise typer.Exit(2)
    logs.configure()
    try:
        result = run(process=processes[process], times=times, seed=seed, folder=folder)
    except NotStarted as error:
        typer.echo(f"the server did not start; its last words: {error}", err=True)
        raise typer.Exit(2) from None
    typer.echo(json.dumps(result.to_json()) if as_json else "\n".join(table(result)))
    raise typer.Exit(0 if result.is_good else 1)


@bench_app.command()
def calls(
    number: Annotated[int, typer.Option("--calls", min=1, help="Calls at a time.")] = 12,
    seconds: Annotated[float, typer.Option(min=1, help="Measured for so long.")] = 10.0,
    against: Annotated[
        str | None,
        typer.Option(help="janus (event_loops=1), janus-default or naive, in the same seconds."),
    ] = None,
    loss: Annotated[
        float, typer.Option(min=0, max=0.9, help="Share of the callers' packets that is lost.")
    ] = 0.0,
    runs: Annotated[int, typer.Option(min=1, help="So often; the figures are medians.")] = 1,
    soak_minutes: Annotated[
        float,
        typer.Option(min=0, help="Instead of --seconds: follow memory, open files and tasks."),
    ] = 0.0,
    renew: Annotated[
        float, typer.Option(min=0, help="Each call ends after so many seconds, another begins.")
    ] = 0.0,
    flood: Annotated[
        bool, typer.Option("--flood", help="Strangers flood one call while new ones connect.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output.")
    ] = False,
) -> None:
    """What a recorded call costs: processor time, latency, memory, what is delivered and kept."""
    import asyncio

    from ekyc import logs
    from ekyc.bench.calls import BadBench, Options, measure, table
    from ekyc.bench.janus import NoJanus
    from ekyc.bench.subjects import PEERS

    if against not in {None, *PEERS}:
        typer.echo(f"against: {', '.join(PEERS)}", err=True)
        raise typer.Exit(2)
    logs.configure()
    options = Options(
        calls=number,
        seconds=soak_minutes * 60 or seconds,
        against=against,
        loss=loss,
        runs=runs,
        soak_minutes=soak_minutes,
        renew_s=renew,
        flood=flood,
    )
    try:
        result = asyncio.run(measure(options))
    except (BadBench, NoJanus) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    typer.echo(json.dumps(result) if as_json else "\n".join(table(result)))


@bench_app.command()
def documents(
    pairs: Annotated[
        int, typer.Option(min=1, help="How many documents, each with its sides.")
    ] = 100,
    seed: Annotated[int, typer.Option(help="The same seed draws the same documents.")] = 1,
    level: Annotated[str, typer.Option(help="L1 careful, L2 ordinary, L3 hurried.")] = "L2",
    kind: Annotated[str | None, typer.Option(help="Only documents of this kind.")] = None,
    hard: Annotated[
        bool, typer.Option("--hard", help="Corners alone: white and ruled paper, fingers, clutter.")
    ] = False,
    processes: Annotated[int, typer.Option(min=1, max=2, help="At a time.")] = 2,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output.")
    ] = False,
) -> None:
    """How well drawn documents of every kind are read: a test set nothing was tuned on."""
    from ekyc import logs
    from ekyc.bench.documents import hard as corners
    from ekyc.bench.documents import measure as reading
    from ekyc.bench.documents.camera import Level
    from ekyc.bench.say import Say
    from ekyc.domain.document import Kind

    if level not in set(Level) or kind not in {None, *Kind}:
        typer.echo(f"level: {', '.join(Level)}; kind: {', '.join(Kind)}", err=True)
        raise typer.Exit(2)
    logs.configure()
    options = reading.Options(
        pairs=pairs,
        seed=seed,
        level=Level(level),
        kind=Kind(kind) if kind else None,
        processes=processes,
    )
    bench_of = corners if hard else reading
    report = bench_of.measure(options, Say())
    typer.echo(json.dumps(report) if as_json else "\n".join(bench_of.table(report)))


@bench_app.command()
def mrz(
    number: Annotated[int, typer.Option(min=1, help="Photographs with a zone.")] = 200,
    seed: Annotated[int, typer.Option(help="The same seed draws the same photographs.")] = 1,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output.")
    ] = False,
) -> None:
    """How machine-readable zones are read off drawn photographs in eight orientations."""
    from ekyc.bench.mrz import measure, table

    figures = measure(seed=seed, number=number, say=lambda text: typer.echo(text, err=True))
    typer.echo(json.dumps(figures) if as_json else "\n".join(table(figures)))


@bench_app.command()
def corners(
    number: Annotated[int, typer.Option(min=1, help="Photographs of each kind.")] = 40,
    seed: Annotated[int, typer.Option(help="The same seed draws the same photographs.")] = 1,
    photographs: Annotated[
        Path | None,
        typer.Option(help="A folder of real photographs without cards, to lay cards on."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output.")
    ] = False,
) -> None:
    """How well the four corners of a card are found, on drawn photographs."""
    from ekyc.bench.corners import Options, measure, table, to_json

    tallies = measure(Options(number=number, seed=seed, photographs=photographs))
    typer.echo(json.dumps(to_json(tallies)) if as_json else "\n".join(table(tallies)))


@bench_app.command()
def gates(
    bad: Annotated[int, typer.Option(min=1, help="Photographs of each fault.")] = 50,
    good: Annotated[int, typer.Option(min=1, help="Photographs without one.")] = 200,
    seed: Annotated[int, typer.Option(help="Below 5000: those thresholds were chosen on.")] = 5000,
    processes: Annotated[int, typer.Option(min=1, max=2, help="At a time.")] = 2,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output.")
    ] = False,
) -> None:
    """How well each fault of a photograph is told, and how often a good one is refused."""
    from ekyc import logs
    from ekyc.bench.documents.gates import measure, table
    from ekyc.bench.say import Say

    logs.configure()
    report = measure(bad=bad, good=good, seed=seed, processes=processes, say=Say())
    typer.echo(json.dumps(report) if as_json else "\n".join(table(report)))


@bench_app.command()
def uploads(
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output.")
    ] = False,
) -> None:
    """What hundreds of hostile files do to the worker that opens photographs."""
    from ekyc import logs
    from ekyc.bench.documents.hostile import run, table
    from ekyc.bench.say import Say

    logs.configure()
    report = run(Say())
    typer.echo(json.dumps(report) if as_json else "\n".join(table(report)))
    raise typer.Exit(0 if report["ok"] else 1)


@bench_app.command()
def attacks(
    number: Annotated[int, typer.Option("--attacks", min=0, help="Of all kinds, in turn.")] = 200,
    genuine: Annotated[int, typer.Option(min=0, help="Honest people, who do as asked.")] = 100,
    seed: Annotated[int, typer.Option(help="Below 5000: those are for tuning.")] = 5000,
    into: Annotated[
        Path | None, typer.Option(help="Keeps each run; those that are there are not run again.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output.")
    ] = False,
) -> None:
    """How many drawn attacks get through an asked sequence, and how many honest people do."""
    from ekyc import logs
    from ekyc.bench.attacks.measure import Options, measure, table
    from ekyc.bench.say import Say

    logs.configure()
    report = measure(Options(attacks=number, genuine=genuine, seed=seed, into=into), Say())
    typer.echo(json.dumps(report) if as_json else "\n".join(table(report)))


@bench_app.command()
def heads(
    number: Annotated[int, typer.Option(min=1, help="How many heads are drawn.")] = 270,
    seed: Annotated[int, typer.Option(help="Below 5000: those are for tuning.")] = 5000,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output.")
    ] = False,
) -> None:
    """How near the measured pose of a drawn head is to the angle it was drawn at."""
    from ekyc.bench.attacks.poses import measure, table

    report = measure(number=number, seed=seed)
    typer.echo(json.dumps(report) if as_json else "\n".join(table(report)))


@bench_app.command()
def checked(
    number: Annotated[int, typer.Option("--calls", min=1, help="Calls at a time.")] = 6,
    seconds: Annotated[float, typer.Option(min=5, help="Measured for so long.")] = 30.0,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output.")
    ] = False,
) -> None:
    """What it costs that the heads of several calls are measured at once, in real time."""
    import asyncio

    from ekyc import logs
    from ekyc.bench.checked import Options, measure, table

    logs.configure()
    figures = asyncio.run(measure(Options(calls=number, seconds=seconds)))
    typer.echo(json.dumps(figures) if as_json else "\n".join(table(figures)))


@bench_app.command()
def verdicts(
    movements: Annotated[int, typer.Option(min=1, help="Asked for, one after the other.")] = 24,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output.")
    ] = False,
) -> None:
    """How soon both pages know that a pose was held, in a live call."""
    import asyncio

    from ekyc import logs
    from ekyc.bench.say import Say
    from ekyc.bench.verdicts import measure, table

    logs.configure()
    figures = asyncio.run(measure(movements=movements, say=Say()))
    typer.echo(json.dumps(figures) if as_json else "\n".join(table(figures)))


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


bench_app.command()(queue_commands.matching)
bench_app.command()(queue_commands.day)
bench_app.command()(queue_commands.slots)
