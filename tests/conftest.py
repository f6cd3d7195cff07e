"""What every test may use, and what none may do."""

import os
from collections.abc import Generator, Iterator

import pytest
from blockbuster import BlockBuster, BlockBusterFunction
from hypothesis import settings

from ekyc import logs
from tests import canary
from tests.postgres import postgres_server, postgres_url
from tests.stores import (
    database_url,
    empty_database,
    known_stores,
    postgres_tables,
    sqlite_folder,
    store,
)

__all__ = [
    "database_url",
    "empty_database",
    "known_stores",
    "postgres_server",
    "postgres_tables",
    "postgres_url",
    "sqlite_folder",
    "store",
]

settings.register_profile("untimed", deadline=None)  # no test is about time: machines are busy
settings.load_profile("untimed")

QUICK = {
    *(
        f"os.{name}"
        for name in ("stat", "statvfs", "access", "getcwd", "mkdir", "rmdir", "link", "symlink")
    ),
    *(f"os.{name}" for name in ("listdir", "readlink", "scandir", "unlink", "remove")),
    *(f"os.path.{name}" for name in ("ismount", "samestat", "sameopenfile", "islink", "abspath")),
}
"""A look at a folder takes microseconds; what this guard is about is contents, locks and sleep."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Tell pytest of our own option."""
    parser.addoption(
        "--failed-files",
        action="store_true",
        help="run the files in which a test failed the last time, whole: many tell one story",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what that option leaves out."""
    if not config.getoption("--failed-files"):
        return
    assert config.cache is not None
    failed = {id.partition("::")[0] for id in config.cache.get("cache/lastfailed", {})}
    items[:] = [item for item in items if item.nodeid.partition("::")[0] in failed]


@pytest.fixture(scope="session", autouse=True)
def _our_code_never_blocks_the_event_loop() -> Iterator[None]:
    """A file read, a lock waited for or a sleep on the loop by code of `ekyc` fails its test."""
    # The people of demo and bench draw, speak and look about on a loop of their own.
    guard = BlockBuster("ekyc", excluded_modules=["ekyc.demo", "ekyc.bench"])
    for name in QUICK:
        del guard.functions[name]
    guard.functions["os.fsync"] = BlockBusterFunction(os, "fsync", scanned_modules="ekyc")
    for blocking in guard.functions.values():  # at the start, before anybody is served
        blocking.can_block_in(
            "ekyc/storage/migrate.py", {"_upgrade", "upgrade", "_compare", "_config"}
        )
    for name in ("threading.Lock.acquire", "threading.Lock.acquire_lock"):
        # aiortc waits for its decoder when a demo's peer hangs up; media workers never decode so.
        guard.functions[name].can_block_in("aiortc/rtcrtpreceiver.py", {"__stop_decoder"})
    guard.activate()
    yield
    guard.deactivate()


@pytest.fixture(scope="session", autouse=True)
def _what_servers_are_asked_is_listened_to() -> Iterator[None]:
    """For the canary: addresses and metrics."""
    listening = canary.Listening()
    listening.begin()
    yield
    listening.end()


@pytest.fixture(autouse=True)
def _logs_are_written_as_a_server_writes_them() -> None:
    """What the product logs in a test is what an operator would read.

    Anew for each: a command that ran in the test before has left its own, closed standard error.
    """
    logs.configure()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI nothing is skipped: `./run test` has brought what every test needs.

    And in no test anything personal stands in a line logged, an address asked for, or a metric.
    """
    report = yield
    canary.look(report)
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
    return report
