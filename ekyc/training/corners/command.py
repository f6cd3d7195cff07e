"""`python -m ekyc.training.corners …`: photographs, two nets, their export, their calibration."""

from pathlib import Path
from typing import Annotated

import typer

corners_app = typer.Typer(name="corners", no_args_is_help=True)
Folder = Annotated[Path, typer.Option(help="Where photographs and weights are kept.")]
Number = Annotated[int, typer.Option(min=1, help="Photographs: 590 kB each.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same.")]


@corners_app.callback()
def corners() -> None:
    """Where a card's four corners are."""


@corners_app.command()
def photographs(
    folder: Folder,
    number: Number = 20_000,
    part: Annotated[int, typer.Option(min=0, help="Of the parts drawn side by side.")] = 0,
    parts: Annotated[int, typer.Option(min=1)] = 2,
    seed: Seed = 1,
) -> None:
    """Draw one part of the training photographs."""
    from ekyc.training.corners.store import draw

    draw(folder, number=number, part=part, parts=parts, seed=seed)


@corners_app.command()
def net(
    name: Annotated[str, typer.Argument(help="locator or refiner")],
    folder: Folder,
    number: Number = 20_000,
    steps: Annotated[int, typer.Option(min=1, help="Of 24 pictures.")] = 6000,
    seed: Seed = 1,
    rate: Annotated[float, typer.Option(help="Highest learning rate.")] = 4e-3,
    backgrounds: Annotated[
        Path | None, typer.Option(help="A folder of real photographs without cards.")
    ] = None,
    begin: Annotated[Path | None, typer.Option(help="Weights to go on from.")] = None,
    starts: Annotated[
        Path | None, typer.Option(help="The locator's own quads, made by `starts`.")
    ] = None,
) -> None:
    """Train one net; its weights are saved in the folder as NAME.pt."""
    import numpy as np

    from ekyc.training.corners.learn import learn
    from ekyc.training.corners.store import Photographs
    from ekyc.training.corners.store import backgrounds as real
    from ekyc.training.corners.targets import Sources

    sources = Sources(
        photographs=Photographs.opened(folder, number),
        backgrounds=real(backgrounds, number=600, seed=seed),
        starts=np.load(starts, mmap_mode="r") if starts else None,
    )
    weights = folder / f"{name}.pt"
    learn(name, sources, steps=steps, seed=seed, rate=rate, weights=weights, begin=begin)


@corners_app.command()
def export(
    name: Annotated[str, typer.Argument(help="locator or refiner")], folder: Folder, file: Path
) -> None:
    """Write a trained net as ONNX."""
    from ekyc.training.corners import nets
    from ekyc.training.corners.learn import LESSONS

    lesson = LESSONS[name]
    nets.export(folder / f"{name}.pt", lesson.net(), lesson.size, file)


@corners_app.command()
def starts(folder: Folder, number: Number = 20_000) -> None:
    """Where the locator thinks each card lies: the refiner learns from its mistakes."""
    import numpy as np

    from ekyc.training.corners.store import Photographs
    from ekyc.vision.locator import locate

    kept = Photographs.opened(folder, number)
    found = np.zeros((number, 2, 4, 2), np.float32)
    for index in kept.ready:
        for place, start in enumerate(locate(kept.pictures[index], most=2).starts):
            found[index, place] = start.quad
    np.save(folder / "starts.npy", found)


@corners_app.command()
def calibrate(
    number: Annotated[int, typer.Option(min=50, help="Photographs drawn for it.")] = 500,
    seed: Seed = 1,
    backgrounds: Annotated[
        Path | None, typer.Option(help="A folder of real photographs without cards.")
    ] = None,
) -> None:
    """Weigh what the finder notices; prints the lines for ekyc/vision/sureness.py."""
    from ekyc.training.corners import calibrate as fit
    from ekyc.training.corners.store import backgrounds as real

    crops = real(backgrounds, number=60, seed=seed)
    typer.echo(fit.calibrate(number=number, seed=seed, backgrounds=crops))
