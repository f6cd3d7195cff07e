"""The commands that measure the queue and the times on offer: matching, a day, kills, slots."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer


def _chosen(option: str, word: str, words: Sequence[str], every: str) -> tuple[str, ...]:
    """One of the words or all of them; else the command ends with 2."""
    if word not in {*words, every}:
        typer.echo(f"{option}: {', '.join(words)}, {every}", err=True)
        raise typer.Exit(2)
    return tuple(words) if word == every else (word,)


@contextmanager
def _with_postgres() -> Iterator[None]:
    """A machine without it is told in one line."""
    from ekyc.bench.postgres import NoPostgres

    try:
        yield
    except NoPostgres as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(2) from None


def _end(lines: Sequence[str], document: object, *, as_json: bool, is_good: bool) -> NoReturn:
    """Say what came out; 1 when it is not good."""
    typer.echo(json.dumps(document) if as_json else "\n".join(lines))
    raise typer.Exit(0 if is_good else 1)


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

    chosen = _chosen("engine", engine, ENGINES, "both")
    logs.configure()
    options = Options(engines=chosen, seconds=seconds, desks=desks, batch=batch, runs=runs)
    with _with_postgres():
        figures = measure(options)
    document = [run.to_json() for run in figures]
    _end(table(figures), document, as_json=as_json, is_good=is_good(figures))


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

    days = []
    for chosen in _chosen("shape", shape, tuple(SHAPES), "all"):
        options = Options(shape=chosen, agents=agents, customers=customers, seed=seed)
        own = several(options, runs)
        days += own
        if pictures is not None:
            (pictures / f"day-{chosen}.svg").write_text(picture(own[0]), encoding="utf-8")
    _end(table(days), [one.to_json() for one in days], as_json=as_json, is_good=True)


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
    _end(table(result), result.to_json(), as_json=as_json, is_good=not result.findings)


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
    from ekyc.bench.slots import Options, measure, table, to_json

    chosen = _chosen("engine", engine, ENGINES, "both")
    logs.configure()
    with _with_postgres():
        figures = measure(Options(engines=chosen, sessions=sessions, agents=agents, slots=times))
    is_good = all(run.is_good for run in figures)
    _end(table(figures), [to_json(run) for run in figures], as_json=as_json, is_good=is_good)
