"""`ekyc challenge`: the verdict on a film somebody brings, by the rules of a call."""

import json
from pathlib import Path

import cv2
import pytest
from typer.testing import CliRunner

from ekyc.cli import app
from ekyc.demo.face import Portrait, Rgb
from ekyc.domain.movement import Direction
from tests.integration.vision.conftest import Books

FPS = 15


def a_film(folder: Path, pictures: list[Rgb]) -> Path:
    """As a telephone's, (480, 640)."""
    file = folder / "film.mp4"
    film = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"mp4v"), FPS, (640, 480))
    for picture in pictures:
        film.write(picture[..., ::-1].copy())
    film.release()
    return file


def challenged(film: Path, moves: str) -> tuple[int, dict[str, object]]:
    said = CliRunner().invoke(app, ["challenge", str(film), "--sequence", moves, "--json"])
    return said.exit_code, json.loads(said.stdout)


@pytest.mark.slow
def test_a_film_of_the_right_order_passes_and_of_another_order_does_not(
    books: Books, tmp_path: Path
) -> None:
    book = books(Portrait.HOPPER)
    moves = [book.film(direction, fps=FPS) for direction in (Direction.LEFT, Direction.DOWN)]
    film = a_film(tmp_path, [*[book.front] * 12, *moves[0], *moves[1], *[book.front] * 8])
    code, said = challenged(film, "left,down")
    assert (code, said["passed"]) == (0, True)
    steps = said["steps"]
    assert isinstance(steps, list)
    assert [(step["move"], step["reason"]) for step in steps] == [("left", None), ("down", None)]
    assert all(step["peak_deg"] > 12 and step["planarity"] > 0.07 for step in steps)
    series = said["series"]
    assert isinstance(series, list)
    assert set(series[0]) == {"t_s", "yaw_deg", "pitch_deg", "planarity"}
    assert len(series) > 40
    code, said = challenged(film, "right,down")
    assert (code, said["passed"]) == (1, False)
    steps = said["steps"]
    assert isinstance(steps, list)
    assert [step["reason"] for step in steps] == ["wrong-direction", "not-asked"]


def test_what_is_no_film_and_no_movement_is_said_to_be_so(tmp_path: Path) -> None:
    text = tmp_path / "film.mp4"
    text.write_text("no film")
    said = CliRunner().invoke(app, ["challenge", str(text), "--sequence", "left"])
    assert (said.exit_code, "no video" in said.output) == (2, True)
    said = CliRunner().invoke(app, ["challenge", str(text), "--sequence", "number"])
    assert (said.exit_code, "movements:" in said.output) == (2, True)


def test_an_auditor_draws_a_sequence_again_from_its_seed() -> None:
    seed = "5c" * 32
    words = ["sequence", "--seed", seed, "--application", "a", "--sequence", "b", "--json"]
    said = json.loads(CliRunner().invoke(app, words).stdout)
    assert len(said["commitment"]) == 64
    assert len(said["moves"]) == 4
    said = CliRunner().invoke(app, [*words[:2], "xyz", *words[3:]])
    assert (said.exit_code, "64 hexadecimal digits" in said.output) == (2, True)
