"""The documentation says what the code does: states, refusals, links, commands."""

import json
import re
import runpy
from pathlib import Path

import pytest
from pydantic import BaseModel

from ekyc.domain import errors
from ekyc.domain.catalogue import CATALOGUE
from ekyc.notify.texts import LANGUAGES, Texts
from ekyc.web.api import Problem
from ekyc.web.crm import ApplicationIn, ApplicationOut, ApplicationsOut, OpenedOut
from ekyc.web.crm_evidence import ChipIn, ChipOut, PortraitOut
from ekyc.web.crm_file import ResultOut
from ekyc.web.crm_media import MediaOut
from ekyc.web.middleware import HTTP_CODES, STATUS

ROOT = Path(__file__).parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"])


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def test_the_page_of_states_is_the_one_the_tables_print() -> None:
    printed = runpy.run_path(str(ROOT / "scripts" / "states"))["page"]()
    kept = (ROOT / "docs" / "states.md").read_text(encoding="utf-8")
    assert kept == printed, "run: scripts/states > docs/states.md"


def _rows() -> dict[str, list[str]]:
    """The table of docs/operate/errors.md: code → status, sentence and the rest."""
    page = (ROOT / "docs" / "operate" / "errors.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", page, re.MULTILINE)
    return {code: rest.split(" | ") for code, rest in rows}


def test_every_refusal_has_its_line_for_those_who_operate() -> None:
    refusals = {leaf.code: str(STATUS.get(leaf, 500)) for leaf in errors.leaves()}
    http = {code: str(status) for status, code in HTTP_CODES.items()}
    assert {code: rest[0] for code, rest in _rows().items()} == http | refusals


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_on_the_page_has_its_sentence(language: str) -> None:
    texts = Texts()
    assert [code for code in _rows() if texts.error(code, language) == code] == []


def test_the_page_of_webhooks_lists_the_events_of_the_catalogue() -> None:
    page = (ROOT / "docs" / "integrate" / "webhooks.md").read_text(encoding="utf-8")
    told = {}
    for name, event in CATALOGUE.items():
        data = [f"`{key}`" + "?" * (key in event.sometimes) for key in event.data]
        told[name] = f"{event.about} | {', '.join(data) or 'nothing more'}"
    assert dict(re.findall(r"^\| `([a-z_.]+)` \| (.*) \|$", page, re.MULTILINE)) == told


def test_the_examples_of_the_api_are_what_it_takes_and_gives() -> None:
    page = (ROOT / "docs" / "integrate" / "http-api.md").read_text(encoding="utf-8")
    examples = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    models: list[type[BaseModel]] = [
        ApplicationIn,
        OpenedOut,
        ApplicationOut,
        ApplicationsOut,
        ChipIn,
        ChipOut,
        PortraitOut,
        ResultOut,
        MediaOut,
        Problem,
    ]
    for model, example in zip(models, examples, strict=True):
        told = model.model_validate_json(example)
        assert json.loads(example).keys() == told.model_fields_set


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_what_a_page_links_to_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_module_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:ekyc|static|tests|scripts)/[\w./-]+)`", text)
    assert [path for path in named if not (ROOT / path).exists()] == []
