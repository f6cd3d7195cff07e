"""A PostgreSQL of the tests' own: own port, folder and unprivileged user; stopped by its pid."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

STARTS_WITHIN_S = 30.0
# Nothing here needs to survive a power cut.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a running server without a database: `127.0.0.1:PORT`."""
    with _running() as address:
        yield address


@pytest.fixture
async def postgres_url(postgres_server: str) -> AsyncIterator[str]:
    """SQLAlchemy URL of an empty database, gone after the test."""
    name = f"t{uuid.uuid4().hex}"
    admin = await asyncpg.connect(f"postgresql://ekyc@{postgres_server}/postgres")
    await admin.execute(f"CREATE DATABASE {name}")
    yield f"postgresql+asyncpg://ekyc@{postgres_server}/{name}"
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@contextmanager
def _running() -> Iterator[str]:
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="ekyc-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")  # PostgreSQL refuses to run as root
    try:
        options = ("--username=ekyc", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        subprocess.run(
            [*_as_nobody(), f"{programs}/initdb", f"--pgdata={folder}/data", *options],
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=STARTS_WITHIN_S * 2,
        )
        yield from _serving(programs, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serving(programs: Path, folder: Path) -> Iterator[str]:
    port = _free_port()
    settings = (*FAST, "listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=")
    options = [word for setting in settings for word in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [*_as_nobody(), f"{programs}/postgres", "-D", f"{folder}/data", *options],
            stdout=log,
            stderr=log,
        )
        try:
            _wait_until_it_answers(server, port, folder / "log")
            yield f"127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGINT)  # "fast": ends connections, then itself
            server.wait(timeout=STARTS_WITHIN_S)


def _programs() -> Path:
    """Debian keeps them out of the PATH, by version; the newest counts."""
    found = shutil.which("postgres")
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name)
    )
    if found is None and not folders:
        pytest.fail("PostgreSQL is not installed; ./run test brings it", pytrace=False)
    return Path(found).parent if found else folders[-1]


def _as_nobody() -> list[str]:
    """Ends the server with the tests even when they are killed; as root, in another's name."""
    words = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        words += ["--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]
    return words


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait_until_it_answers(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until and server.poll() is None:
        # It listens before it is ready, but the log says when.
        if b"ready to accept connections" in log.read_bytes():
            return
        time.sleep(0.02)
    pytest.fail(f"PostgreSQL did not start:\n{log.read_text()}", pytrace=False)
