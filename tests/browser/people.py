"""People before a real Chromium: a phone or a desk, a camera in the test's hand."""

import asyncio
import base64
import os
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    async_playwright,
)

HERE = Path(__file__).parent
CAMERA = (HERE / "camera.js").read_text(encoding="utf-8")
AXE = (HERE.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
VIOLATIONS = """async (tags) => {
  const wanted = { runOnly: tags, resultTypes: ["violations"], preload: false };
  const { violations } = await axe.run(document, wanted);
  const told = ({ id, impact }, node) => `${id} (${impact}): ${node.target} ${node.failureSummary}`;
  return violations.flatMap((fault) => fault.nodes.map((node) => told(fault, node)));
}"""
"""Told apart in the page: what axe says of everything it found right is megabytes."""

PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1440, height=900)

FLAGS = (
    "--no-sandbox",  # CI is root in a container
    "--disable-dev-shm-usage",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
    # Two people at once: the one behind must not be put to sleep.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
)


def chromium() -> str:
    """The browser this machine has; the test fails, with the way out, when it has none."""
    for name in ("chromium-headless-shell", "chromium", "chromium-browser"):
        if found := shutil.which(name):
            return found
    return str(pytest.fail("Chromium is not installed; ./run test brings it", pytrace=False))


@dataclass(kw_only=True)  # no slots: playwright keeps its handler on the object
class Person:
    """One visitor: an own context (cookies, storage), one page, what its console complained of."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    expected_statuses: set[int] = field(default_factory=set)
    """Refusals this test provokes: Chromium complains of each answer of 400 and above."""

    async def sees(self, picture: bytes) -> None:
        """Hold a picture (PNG or JPEG) before the camera."""
        await self.page.evaluate("b => window.__cam.show(b)", base64.b64encode(picture).decode())

    async def rehearse(self, film: str, pictures: Sequence[bytes]) -> None:
        """Keep a film for `perform`; lost when the page changes."""
        encoded = [base64.b64encode(picture).decode() for picture in pictures]
        await self.page.evaluate("([n, p]) => window.__cam.load(n, p)", [film, encoded])

    async def perform(self, film: str, *, fps: float = 15, loop: bool = False) -> None:
        """Start the film; its last picture stays. Does not wait for the end."""
        await self.page.evaluate(
            "([n, o]) => void window.__cam.play(n, o)", [film, {"fps": fps, "loop": loop}]
        )

    async def accessibility_faults(self) -> list[str]:
        """What axe-core finds, one line a fault; a page under our policy allows no added script."""
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(AXE)
        found: list[str] = await self.page.evaluate(VIOLATIONS, list(RULES))
        return found

    def hear(self, message: ConsoleMessage) -> None:
        """Keep what the console says is wrong, refusals that were expected left out."""
        if message.type not in {"error", "warning"}:
            return
        refused = any(f"status of {status} " in message.text for status in self.expected_statuses)
        if not refused:
            where = message.location["url"].partition("#")[0]
            self.complaints.append(f"{message.type}: {message.text} ({where})")


@asynccontextmanager
async def trusting(home: Path, authority: bytes) -> AsyncIterator[Browser]:
    """A Chromium whose user trusts this authority, with the browser's own test camera."""
    certificate = home / "ca.der"
    await asyncio.to_thread(home.mkdir)
    certificate.write_bytes(authority)
    program = Path(__file__).parents[1] / "trusting.py"
    made = await asyncio.create_subprocess_exec(
        sys.executable, str(program), str(home / ".pki" / "nssdb"), str(certificate)
    )
    assert await made.wait() == 0
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(),
            args=[*FLAGS, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
            env={**os.environ, "HOME": str(home)},
        )
        yield browser
        await browser.close()


async def arrive(
    browser: Browser,
    *,
    size: ViewportSize = PHONE,
    language: str = "vi-VN",
    zone: str = "Asia/Ho_Chi_Minh",
) -> Person:
    """A new person with camera and microphone; the test closes their context."""
    context = await browser.new_context(
        viewport=size,
        locale=language,
        timezone_id=zone,
        permissions=["camera", "microphone"],
        has_touch=size == PHONE,
        reduced_motion="reduce",  # pictures and axe must not catch a fade half-way
    )
    context.set_default_timeout(10_000)
    await context.add_init_script(CAMERA)
    person = Person(context=context, page=await context.new_page())
    person.page.on("console", person.hear)
    person.page.on("pageerror", lambda error: person.complaints.append(f"uncaught: {error}"))
    return person
