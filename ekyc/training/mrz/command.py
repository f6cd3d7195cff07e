"""`python -m ekyc.training.mrz …`: the two nets of machine-readable zones, drawn and trained."""

from pathlib import Path
from typing import Annotated

import typer

mrz_app = typer.Typer(name="mrz", no_args_is_help=True)


@mrz_app.callback()
def mrz() -> None:
    """Where a machine-readable zone is, and what stands in it."""


@mrz_app.command()
def net(
    name: Annotated[str, typer.Argument(help="glyphs or band")],
    folder: Annotated[Path, typer.Option(help="Where the ONNX files go, one each 500 steps.")],
    steps: Annotated[int, typer.Option(min=1, help="Of some 24 parts or 8 pages.")] = 8000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same.")] = 1,
) -> None:
    """Train one of them; every picture is drawn while it trains."""
    from ekyc.training.mrz.nets import LESSONS, train

    if name not in LESSONS:
        typer.echo(f"name: {', '.join(LESSONS)}", err=True)
        raise typer.Exit(2)
    train(name, seed=seed, folder=folder, steps=steps)
