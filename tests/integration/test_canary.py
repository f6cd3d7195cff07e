"""One whole journey with a real card and call; nothing others look at afterwards is personal.

The demo's people walk from the link to the verdict against a server of their own. What stands on
the drawn card, the number that was called, the code and the link are looked for everywhere an
operator, a monitor or the CRM may look, and in what the server calls its files.
"""

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ekyc.demo.specimen import Specimen, a_specimen
from tests.integration.test_serve import House, Server

pytestmark = [pytest.mark.live, pytest.mark.slow, pytest.mark.tesseract, pytest.mark.timeout(300)]

SEED = 1
"""`ekyc demo` plays its first customer with this specimen."""

PHONE = "901234318"


def canaries(person: Specimen, told: str) -> set[str]:
    """Words that belong to this customer alone; `told` is what the demo's inbox printed."""
    first, *_, last = person.full_name.split()
    words = {person.number, person.old_number, person.full_name, person.full_name.title(), PHONE}
    words |= {f"{first} {last}", *person.mrz_lines, person.birth.isoformat()}
    words |= {
        part.strip() for line in (person.origin, person.residence) for part in line.split(",")
    }
    words |= set(re.findall(r"\b\d{6}\b", told)) | set(re.findall(r"/c/#(\S{40,})", told))
    return {word for word in words if len(word) > 5}


def found(words: set[str], text: str) -> set[str]:
    """Which of them stand in a text."""
    return {word for word in words if word in text}


def rows(folder: Path, *tables: str) -> str:
    """Every row of these tables as text."""
    with sqlite3.connect(folder / "var" / "ekyc.sqlite3") as database:
        lines = [row for name in tables for row in database.execute(f"SELECT * FROM {name}")]  # noqa: S608 - our names
    return json.dumps(lines, default=str, ensure_ascii=False)


def names_of_files(folder: Path) -> str:
    return "\n".join(str(path.relative_to(folder)) for path in folder.rglob("*"))


def walk(house: House, server: Server) -> Mapping[str, Any]:
    """The demo's agent at the desk, the demo's customer from the link to the verdict."""
    demo = [sys.executable, "-m", "ekyc", "demo", "--address", server.address]
    agent = subprocess.Popen(
        [*demo, "--agent"],
        cwd=house.folder,
        env=house.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        played = house.run(*demo[3:], "--customers", "1", "--json")
    finally:
        agent.kill()
        agent.wait()
    customers: list[dict[str, Any]] = json.loads(played.stdout)["customers"]
    return customers[0]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_whole_journey_leaves_nothing_personal_where_others_look(house: House) -> None:
    person = a_specimen(SEED)
    with house.serving("--demo") as server:
        server.healthy()
        server.greets()
        customer = walk(house, server)
        assert customer["verdict"] is not None, customer["problem"]
        words = canaries(person, server.said("out"))
        places = {
            "log": server.said("err"),
            "metrics": server.get_text("/metrics"),
            "facts": rows(house.folder, "events"),
            "work": rows(house.folder, "jobs"),
            "files": names_of_files(house.folder),
        }
        kept = rows(house.folder, "fields", "photographs", "applications")
    leaks = {name: found(words, text) for name, text in places.items()}
    assert not any(leaks.values()), leaks
    assert all(places.values())
    assert {person.number, person.full_name} <= found(words, kept)  # the search does find
