"""The commands as an operator types them, in a folder of their own, as processes of their own."""

import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyotp
import pytest

pytestmark = pytest.mark.slow

STARTS_WITHIN_S = 60.0  # on a machine that is busy with other things; measured alone: 3 s
STOPS_WITHIN_S = 30.0
NAMED = ("--name", "X", "--role", "agent")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class House:
    """A folder with everything a server keeps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ours = {
            "EKYC_DEMO_FILES": "0",  # they take minutes of a processor
            "EKYC_DATABASE__URL": f"sqlite+aiosqlite:///{folder}/var/ekyc.sqlite3",
            "EKYC_OBJECTS__FOLDER": f"{folder}/objects",
            "EKYC_OBJECTS__SPOOL": f"{folder}/spool",
            "EKYC_SECRET_FILE": f"{folder}/var/secret.key",
            "EKYC_SERVER__RUNTIME_DIR": f"{folder}/run",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("EKYC_")}
        self.environment = {**inherited, **ours}

    def run(self, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """One command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "ekyc", *words],
            cwd=self.folder,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    @contextmanager
    def serving(self, *words: str, at: int | None = None) -> Iterator["Server"]:
        """A server until the block ends."""
        port = at or free_port()
        with (self.folder / "out").open("wb") as out, (self.folder / "err").open("wb") as err:
            process = subprocess.Popen(
                [sys.executable, "-m", "ekyc", "serve", "--port", str(port), *words],
                cwd=self.folder,
                env=self.environment,
                stdout=out,
                stderr=err,
            )
        server = Server(process, port, self.folder)
        try:
            yield server
        finally:
            process.kill()
            process.wait()


class Server:
    """One running process."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
        self.process, self._folder = process, folder
        self._port = port
        self.address = f"http://127.0.0.1:{port}"

    def get_text(self, path: str) -> str:
        """What an address says."""
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            line.request("GET", path)
            return line.getresponse().read().decode()
        finally:
            line.close()

    def get(self, path: str) -> Any:
        """The JSON at an address."""
        return json.loads(self.get_text(path))

    def healthy(self) -> Any:
        """What /healthz says once it says anything."""
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until and self.process.poll() is None:
            try:
                return self.get("/healthz")
            except OSError:
                time.sleep(0.05)
        raise AssertionError(self.said("err"))

    def said(self, stream: str = "out") -> str:
        """Standard output or error so far."""
        return (self._folder / stream).read_text()

    def greets(self) -> str:
        """The start block, once it is there."""
        until = time.monotonic() + STARTS_WITHIN_S
        while "Ctrl-C" not in self.said() and time.monotonic() < until:
            time.sleep(0.05)
        return self.said()

    def greets_whole(self) -> str:
        """The start block to its last line: on the LAN it goes on after how to stop."""
        until = time.monotonic() + STARTS_WITHIN_S
        while "once trusted" not in self.said() and time.monotonic() < until:
            time.sleep(0.05)
        return self.said()

    def all_done(self) -> bool:
        """Whether no work is left."""
        with sqlite3.connect(self._folder / "var" / "ekyc.sqlite3") as database:
            states = {state for (state,) in database.execute("SELECT state FROM jobs")}
        return states == {"done"}

    def stop(self, by: signal.Signals) -> int:
        """Its exit code after the signal."""
        self.process.send_signal(by)
        return self.process.wait(timeout=STOPS_WITHIN_S)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_starts_greets_and_stops_at_a_signal(house: House, by: signal.Signals) -> None:
    house.environment["EKYC_DEMO_FILES"] = "1"  # and is stopped while it makes one
    with house.serving("--demo") as server:
        assert server.healthy()["status"] == "ok"
        greeting = server.greets()
        assert "/c/#" in greeting
        assert "sign in as minhanh" in greeting
        assert server.get("/api/config")["demo"] is True
        assert server.get("/api/demo/staff")["staff"][0]["login"] == "minhanh"
        assert server.stop(by) == 0
        lines = [json.loads(line) for line in server.said("err").splitlines()]
        # A webhook on its way to a demo that stops is told at the next start.
        assert [line for line in lines if line["level"] == "error"] == []


def test_everything_a_server_writes_is_for_its_owner_alone(house: House) -> None:
    with house.serving("--demo") as server:
        server.healthy()
        server.greets()
        assert server.stop(signal.SIGTERM) == 0
    written = [path for path in house.folder.rglob("*") if path.name not in {"out", "err"}]
    assert {path.name for path in written} >= {"ekyc.sqlite3", "secret.key", "demo.json"}
    assert [path for path in written if path.stat().st_mode & 0o077] == []


def test_a_second_start_finds_what_the_first_one_made(house: House) -> None:
    for _ in range(2):
        with house.serving("--demo") as server:
            server.healthy()
            server.greets()
            assert server.stop(signal.SIGINT) == 0
    with sqlite3.connect(house.folder / "var" / "ekyc.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM staff").fetchone() == (5,)
        assert database.execute("SELECT count(*) FROM applications").fetchone() == (2,)


def _sql(house: House, order: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(house.folder / "var" / "ekyc.sqlite3") as database:
        return database.execute(order).fetchall()


def test_what_was_due_when_the_demo_stopped_is_told_at_the_next_start_at_the_first_try(
    house: House,
) -> None:
    port = free_port()
    for start in range(2):
        with house.serving("--demo", at=port) as server:
            server.healthy()
            server.greets()
            until = time.monotonic() + STARTS_WITHIN_S
            while not server.all_done() and time.monotonic() < until:
                time.sleep(0.05)
            assert server.stop(signal.SIGTERM) == 0
            assert server.all_done()
            assert "job.failed" not in server.said("err")
        if not start:
            _sql(house, "UPDATE jobs SET state = 'due', attempts = 0")
    told = _sql(house, "SELECT count(*), count(DISTINCT data) FROM events WHERE name LIKE 'web%'")
    assert told == [(2, 2)], "each delivery is told once, however often it went out"


def test_a_database_of_a_newer_version_is_refused_in_one_sentence(house: House) -> None:
    assert house.run("migrate").returncode == 0
    _sql(house, "UPDATE alembic_version SET version_num = '9999'")
    for words in (("migrate",), ("serve", "--port", "0"), ("staff", "add", "x", *NAMED)):
        ended = house.run(*words)
        assert ended.returncode == 2
        assert "revision 9999" in ended.stdout + ended.stderr
        assert "Traceback" not in ended.stderr


def test_work_put_aside_is_listed_and_tried_again(house: House) -> None:
    assert house.run("migrate").returncode == 0
    assert house.run("jobs", "list").returncode == 0
    _sql(
        house,
        "INSERT INTO jobs VALUES ('a1', 'webhook.deliver', 'webhook:1', 1, 'first', '{}', 'dead',"
        " '2026-11-21 02:00:00.000000', 21, 'DeliveryRefused')",
    )
    listed = house.run("jobs", "list")
    assert listed.returncode == 1
    assert re.search(r"a1 +webhook.deliver +21 tries .* DeliveryRefused", listed.stdout)
    assert json.loads(house.run("jobs", "list", "--json").stdout)[0]["id"] == "a1"
    assert house.run("jobs", "retry", "another").returncode == 2
    assert "1 due again" in house.run("jobs", "retry", "a1").stdout
    assert _sql(house, "SELECT state, attempts FROM jobs") == [("due", 0)]


def test_a_port_that_is_taken_is_said_in_one_line(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = house.run("serve", "--demo", "--port", str(port))
    assert ended.returncode == 2
    assert f"cannot listen on port {port}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_demo_for_the_whole_world_is_refused(house: House) -> None:
    ended = house.run("serve", "--demo", EKYC_SERVER__HOST="0.0.0.0")  # noqa: S104 - refused
    assert ended.returncode == 2
    assert "loopback only" in ended.stderr
    assert not (house.folder / "var").exists()


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("EKYC_SERVER__PROT", "8080", "settings: server.prot"),
        ("EKYC_SEVER__PORT", "8080", "EKYC_SEVER__PORT: unknown key"),
        ("EKYC_CODES__LIFE_S", "3600", "settings: codes.life_s"),
        ("EKYC_BANK__ZONE", "Asia/Sen", "no such time zone"),
        ("EKYC_CONFIG", "/nowhere.toml", "there is no file /nowhere.toml"),
        ("EKYC_CRM__WEBHOOK_URL", "http://crm.example", "https:// only"),
        ("EKYC_CRM__WEBHOOK_URL", "https://crm.example", "webhook_secret"),
        ("EKYC_ICE__PORT_MIN", "50000", "port_min: above port_max"),
    ],
)
def test_a_setting_that_cannot_be_meant_stops_the_start_with_its_name(
    house: House, variable: str, value: str, said: str
) -> None:
    ended = house.run("config", **{variable: value})
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_settings_file_is_read_and_a_broken_one_refused(house: House) -> None:
    file = house.folder / "ekyc.toml"
    file.write_text('[bank]\nname_en = "Lotus Bank"\n')
    assert "Lotus Bank" in house.run("config", EKYC_CONFIG=str(file)).stdout
    file.write_text("[bank\n")
    ended = house.run("config", EKYC_CONFIG=str(file))
    assert (ended.returncode, "Traceback" in ended.stderr) == (2, False)


def test_the_settings_in_force_are_printed_without_their_secrets(house: House) -> None:
    ended = house.run("config", EKYC_SECRET="ab" * 32)
    assert json.loads(ended.stdout)["secret"] == "**********"
    assert "abab" not in ended.stdout


@pytest.mark.parametrize(("secret", "said"), [("abcd", "shorter"), ("x" * 64, "not hex")])
def test_a_weak_server_key_stops_the_start(house: House, secret: str, said: str) -> None:
    ended = house.run("serve", EKYC_SECRET=secret)
    assert ended.returncode == 2
    assert said in ended.stderr


def test_an_operator_sets_up_a_bank_and_signs_in(house: House) -> None:
    assert "up to date" in house.run("migrate").stdout
    added = house.run("staff", "add", "lan", "--name", "Lan", "--role", "agent").stdout
    password = added.split("password: ")[1].split("\n")[0]
    secret = pyotp.parse_uri(added.split("authenticator: ")[1].strip()).secret
    assert len(password) == 16
    assert len(secret) == 32
    again = house.run("staff", "add", "lan", "--name", "Lan", "--role", "agent")
    assert (again.returncode, json.loads(again.stdout)["error"]["code"]) == (2, "login-taken")
    stranger = house.run("staff", "add", "x", "--name", "X", "--role", "customer")
    assert stranger.returncode == 2
    key = house.run("keys", "add", "core banking").stdout.strip()
    assert key.startswith("ekyc_live_")
    with sqlite3.connect(house.folder / "var" / "ekyc.sqlite3") as database:
        kept = str(database.execute("SELECT * FROM api_keys").fetchall())
        assert "core banking" in kept
        assert key not in kept


def test_the_doctor_finds_this_machine_well_and_says_what_is_not(house: House) -> None:
    ended = house.run("doctor", "--json")
    report = json.loads(ended.stdout)
    assert (ended.returncode, report["ok"]) == (0, True), ended.stdout
    assert {"library-cv2", "library-mediapipe"} <= {check["name"] for check in report["checks"]}
    ended = house.run("doctor", EKYC_ICE__HOSTS='["203.0.113.7"]')
    assert ended.returncode == 1
    assert "FIX  addresses" in ended.stdout
    assert "→ correct ice.hosts" in ended.stdout
