"""The stand-in speaks like the tesseract program: pytesseract cannot tell one from the other."""

import shutil
import subprocess
from pathlib import Path

import pytesseract
import pytest
from PIL import Image, ImageDraw, ImageFont

from ekyc.vision import models, tesseract_stand_in

pytestmark = pytest.mark.tesseract

TEXT = "MINH ANH 12/08/1999"
SYSTEM = shutil.which("tesseract")
PROGRAMS = [tesseract_stand_in.command(), *([SYSTEM] if SYSTEM else [])]


@pytest.fixture
def line() -> Image.Image:
    image = Image.new("RGB", (700, 100), "white")
    ImageDraw.Draw(image).text((20, 25), TEXT, fill="black", font=ImageFont.load_default(size=40))
    return image


@pytest.fixture
def config() -> str:
    folder = models.path("vie.traineddata").parent
    return f"--tessdata-dir {folder} --psm 7 --dpi 300 -c load_system_dawg=0"


@pytest.fixture(params=PROGRAMS, ids=["stand-in", "system"][: len(PROGRAMS)])
def program(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", request.param)
    return str(request.param)


@pytest.mark.usefixtures("program")
def test_a_line_is_read_as_text(line: Image.Image, config: str) -> None:
    read = pytesseract.image_to_string(line, lang="vie", config=config, timeout=30)
    assert read.strip() == TEXT


@pytest.mark.usefixtures("program")
def test_a_line_is_read_as_words_with_places_and_confidence(line: Image.Image, config: str) -> None:
    table = pytesseract.image_to_data(
        line, lang="vie", config=config, output_type=pytesseract.Output.DICT, timeout=30
    )
    words = [n for n, word in enumerate(table["text"]) if word]
    assert [table["text"][n] for n in words] == TEXT.split()
    assert all(table["conf"][n] > 60 for n in words)
    assert [table["left"][n] for n in words] == sorted(table["left"][n] for n in words)


@pytest.mark.usefixtures("program")
def test_its_languages_are_those_in_the_folder(config: str) -> None:
    assert pytesseract.get_languages(config.partition(" --psm")[0]) == ["vie"]


def test_a_version_is_told(program: str) -> None:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert told.stdout.startswith("tesseract 5.")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.png", "out"], "No such file"),
        (["nowhere.png"], "give an image and the name of the output"),
    ],
)
def test_a_refusal_is_one_sentence(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    refused = subprocess.run(
        [tesseract_stand_in.command(), *arguments], cwd=tmp_path, capture_output=True, text=True
    )
    assert refused.returncode == 1
    assert sentence in refused.stderr.splitlines()[-1]
