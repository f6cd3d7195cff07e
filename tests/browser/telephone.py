"""A telephone that rings: full Chromium with a profile of its own and a desktop that clicks.

The old headless shell denies notifications; the whole browser hands them to the desktop over
D-Bus, and takes the click from there, as it does for a person. What no test here passes through is
the vendor's push service: the page's subscription is the test's own.
"""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

from tests.browser.people import CAMERA, FLAGS, PHONE, Person
from tests.push_service import Browser

_SYSTEM_PYTHON = "/usr/bin/python3"
_DESKTOP = Path(__file__).parents[1] / "notifications.py"
_SUBSCRIBING = """({ endpoint, keys }) => {
  const one = {
    endpoint, options: {}, toJSON: () => ({ endpoint, keys }),
    unsubscribe: async () => { localStorage.removeItem("tests.push"); return true; },
  };
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    localStorage.setItem("tests.push", String(applicationServerKey));
    return one;
  };
  const isOn = () => localStorage.getItem("tests.push") !== null;
  PushManager.prototype.getSubscription = async () => (isOn() ? one : null);
}"""
"""In the place of the vendor: Chromium here reaches none."""


@dataclass(kw_only=True)
class Telephone:
    """One customer's telephone."""

    person: Person
    desktop: asyncio.subprocess.Process
    address: str

    async def lies_in_a_pocket(self) -> None:
        """Its page is closed."""
        old, self.person.page = self.person.page, await self.person.context.new_page()
        await old.close()

    async def gets(self, message: dict[str, Any]) -> dict[str, Any]:
        """A push reaches the browser; what it shows."""
        cdp = await self.person.context.new_cdp_session(self.person.page)
        known: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def hear(told: dict[str, Any]) -> None:
            for one in told["registrations"]:
                if one["scopeURL"] == f"{self.address}/c/" and not known.done():
                    known.set_result(one["registrationId"])

        cdp.on("ServiceWorker.workerRegistrationUpdated", hear)
        await cdp.send("ServiceWorker.enable")
        registration = await asyncio.wait_for(known, 10)
        push = {"registrationId": registration, "data": json.dumps(message)}
        await cdp.send("ServiceWorker.deliverPushMessage", {"origin": self.address, **push})
        return await _said(self.desktop)

    async def is_touched(self, notification: dict[str, Any]) -> Page:
        """Somebody touches what is shown; the page that opens."""
        assert self.desktop.stdin is not None  # it is a pipe
        async with self.person.context.expect_page() as opened:
            self.desktop.stdin.write(f"{notification['id']}\n".encode())
            await self.desktop.stdin.drain()
        self.person.page = await opened.value
        self.person.page.on("console", self.person.hear)
        return self.person.page


async def _said(desktop: asyncio.subprocess.Process) -> dict[str, Any]:
    assert desktop.stdout is not None  # it is a pipe
    said: dict[str, Any] = json.loads(await asyncio.wait_for(desktop.stdout.readline(), 20))
    return said


@asynccontextmanager
async def telephone(home: Path, address: str, browser: Browser) -> AsyncIterator[Telephone]:
    """A telephone whose browser would be told by `browser`'s push service."""
    if not (program := shutil.which("chromium")):
        pytest.fail("Chromium itself is not installed; ./run test brings it", pytrace=False)
    pipe = asyncio.subprocess.PIPE
    bus = await asyncio.create_subprocess_exec(
        *("dbus-daemon", "--session", "--print-address", "--nofork", "--nopidfile"),
        stdout=pipe,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert bus.stdout is not None  # it is a pipe
    env = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": (await bus.stdout.readline()).decode().strip()}
    desktop = await asyncio.create_subprocess_exec(
        _SYSTEM_PYTHON, str(_DESKTOP), stdin=pipe, stdout=pipe, env=env
    )
    assert (await _said(desktop))["ready"]
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            str(home),
            executable_path=program,
            args=[*FLAGS, "--headless=new"],
            ignore_default_args=["--headless"],
            env={**env},
            viewport=PHONE,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            permissions=["camera", "microphone", "notifications"],
            has_touch=True,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        await context.add_init_script(CAMERA)
        given = json.dumps({"endpoint": browser.endpoint, "keys": browser.keys})
        await context.add_init_script(f"({_SUBSCRIBING})({given})")
        person = Person(context=context, page=context.pages[0])
        person.page.on("console", person.hear)
        try:
            yield Telephone(person=person, desktop=desktop, address=address)
        finally:
            await context.close()
            desktop.terminate()
            bus.terminate()
            await asyncio.gather(desktop.wait(), bus.wait())
