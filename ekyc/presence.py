"""The commands about movements: the verdict on a video, a sequence drawn again from its seed."""

import json
import re
from pathlib import Path
from typing import Annotated

import typer

from ekyc.domain import sequence as drawing
from ekyc.domain.movement import MEASURED, Direction
from ekyc.terminal import Json, fail

_SEED = re.compile("[0-9a-f]{64}")


def challenge(
    video: Path,
    sequence: Annotated[str, typer.Option(help="Movements in order, with commas.")],
    as_json: Json = False,
) -> None:
    """Judge a recorded video by the rules of a call: were these movements made in this order?"""
    from ekyc.vision.challenge_report import NoVideo, challenge_report, line

    moves = _moves(sequence, {*MEASURED, Direction.FRONT})
    try:
        report = challenge_report(video, moves)
    except NoVideo:
        raise fail("video-unreadable", f"{video}: no video that can be read") from None
    typer.echo(json.dumps(report) if as_json else "\n".join(map(line, report["steps"])))
    raise typer.Exit(0 if report["passed"] else 1)


def sequence(
    seed: Annotated[str, typer.Option(help="64 hexadecimal digits, as the file tells them.")],
    application: Annotated[str, typer.Option(help="The application's id.")],
    id: Annotated[str, typer.Option("--sequence", help="The sequence's id.")],
    pool: Annotated[str, typer.Option(help="What was drawn from.")] = "left,right,up,down",
    steps: Annotated[int, typer.Option(min=1, max=20, help="How many.")] = 4,
    as_json: Json = False,
) -> None:
    """Draw a random sequence again from its revealed seed, and its commitment."""
    if not _SEED.fullmatch(seed):
        raise fail("seed-malformed", "seed: 64 hexadecimal digits, small letters")
    made = drawing.drawn(seed, _moves(pool, set(MEASURED)), steps)
    told = drawing.commitment(seed, application_id=application, sequence_id=id)
    report = {"commitment": told, "moves": [one.value for one in made]}
    shown = f"commitment: {told}\nmoves: {', '.join(report['moves'])}"
    typer.echo(json.dumps(report) if as_json else shown)


def _moves(words: str, known: set[Direction]) -> tuple[Direction, ...]:
    try:
        moves = tuple(Direction(word.strip()) for word in words.split(","))
    except ValueError:
        moves = ()
    if not moves or not known.issuperset(moves):
        names = ", ".join(sorted(one.value for one in known))
        raise fail("movement-unknown", f"movements: {names}")
    return moves
