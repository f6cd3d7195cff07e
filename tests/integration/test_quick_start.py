"""The quick start of the documentation, typed off the page and run."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.test_serve import House, free_port

PAGE = Path(__file__).parents[2] / "docs" / "integrate" / "quick-start.md"
SECRET = "whsec_" + "A" * 32


def programs() -> list[str]:
    """Receiver and caller, word for word."""
    return re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@contextmanager
def receiving(folder: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    """The page's receiver; what it prints can be read."""
    (folder / "receiver.py").write_text(programs()[0], encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "receiver.py"],
        cwd=folder,
        env={**os.environ, "WEBHOOK_SECRET": SECRET, "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def calls(folder: Path, address: str, key: str) -> str:
    """The page's caller; what it prints."""
    (folder / "open.py").write_text(programs()[1], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "open.py"],
        cwd=folder,
        env={**os.environ, "EKYC": address, "KEY": key},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def test_the_receiver_is_thirty_lines() -> None:
    lines = [line for line in programs()[0].splitlines() if line.strip()]
    assert len(lines) <= 30


@pytest.mark.slow
@pytest.mark.timeout(300)  # several processes start, one after the other
def test_who_types_the_page_off_opens_an_application_and_hears_of_it(tmp_path: Path) -> None:
    house, port = House(tmp_path), free_port()
    house.environment |= {
        "EKYC_CRM__WEBHOOK_URL": f"http://127.0.0.1:{port}/",
        "EKYC_CRM__WEBHOOK_PRIVATE": "true",
        "EKYC_CRM__WEBHOOK_SECRET": SECRET,
    }
    key = house.run("keys", "add", "core banking").stdout.strip()
    with receiving(tmp_path, port) as receiver, house.serving() as server:
        server.healthy()
        address = server.address
        link = calls(tmp_path, address, key)
        assert link.startswith(f"{address}/c/#")
        assert calls(tmp_path, address, key) == link
        assert receiver.stdout is not None
        assert receiver.stdout.readline() == "T24-0815 application.opened opened\n"
    listed = house.run("keys", "list").stdout
    assert "name: core banking" in listed
    assert "used_at: " in listed
    assert key not in listed
