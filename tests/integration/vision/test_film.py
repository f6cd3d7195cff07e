"""The demo's filmed call: what is before the camera decides how it is measured."""

from pathlib import Path

from ekyc.bench.films import play
from ekyc.demo.film import make
from ekyc.demo.stories import Scene, film_file
from ekyc.domain.call import BOTH
from ekyc.sealed.reader import Reader
from ekyc.settings import Media
from tests.plane import OWNER


def test_far_too_much_light_is_recorded_and_measured_as_it_is(
    tmp_path: Path, faces_folder: Path
) -> None:
    question = {
        "seed": 5,
        "scene": Scene.GLARE,
        "asks": ["left"],
        "began": "2026-11-21T02:00:00+00:00",
        "spool": str(tmp_path),
        "seal": OWNER.data_key().to_json(),
        "cache": str(faces_folder),
    }
    film, _ = make(question, b"", Media().model_dump(mode="json"))
    (movement,) = film["movements"]
    assert (movement["told"]["passed"], movement["told"]["reason"]) == (False, "overexposed")
    for party in BOTH:
        with Reader(film_file(tmp_path, 5, party), OWNER) as film_as_it_is:
            played = play(party, film_as_it_is)
        assert (played.error, played.pictures > 100, played.sounds > 500) == ("", True, True)
        assert abs(played.until_ms / 1000 - film["seconds"]) < 0.2
