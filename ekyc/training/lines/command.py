"""`python -m ekyc.training.lines …`: the net that reads lines of print, drawn and trained."""

from pathlib import Path
from typing import Annotated

import typer

lines_app = typer.Typer(name="lines", no_args_is_help=True)


@lines_app.callback()
def lines() -> None:
    """What stands in a line of print."""


@lines_app.command()
def net(
    fonts: Annotated[Path, typer.Option(help="fontsource packages, unpacked.")],
    folder: Annotated[Path, typer.Option(help="Where the ONNX files go, one each 500 steps.")],
    steps: Annotated[int, typer.Option(min=1, help="Of 24 lines.")] = 6000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same.")] = 1,
) -> None:
    """Train it; every picture is drawn while it trains."""
    from ekyc.training.lines.nets import train

    train(seed=seed, fonts=fonts, folder=folder, steps=steps)
