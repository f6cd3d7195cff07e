"""One Chromium and one server for all browser tests; every person's console must stay clean.

These tests share the session's event loop, since the browser lives on it. An async fixture made for
them must say so too: `@pytest_asyncio.fixture(loop_scope="session")`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from ekyc.settings import Codes
from tests.browser.house import House, opened
from tests.browser.people import FLAGS, Person, arrive, chromium

HERE = Path(__file__).parent
Invite = Callable[..., Awaitable[Person]]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder, and put it on the session's loop."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if pytest_asyncio.is_async_test(item):
                item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The machine's Chromium, started once."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield running
        await running.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One demo server for every test that leaves nobody waiting or in a call behind it."""
    folder, many = tmp_path_factory.mktemp("house"), 600  # all tests' customers in one hour
    codes = Codes(
        sends_per_hour=many,
        sends_per_day=many,
        block_sends_per_day=many,
        address_sends_per_hour=many,
    )
    async with opened(folder, codes=codes) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="session")
async def invite(browser: Browser) -> AsyncIterator[Invite]:
    """`person = await invite(size=DESK, language="en-GB")`; nobody may complain."""
    people: list[Person] = []

    async def one(**kind: Any) -> Person:
        people.append(await arrive(browser, **kind))
        return people[-1]

    yield one
    for person in people:
        await person.context.close()
    assert [complaint for person in people for complaint in person.complaints] == []
