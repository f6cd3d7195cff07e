"""The browser tests' own tools work: the camera shows, the console is heard, axe speaks."""

import io

from PIL import Image

from tests.browser.conftest import Invite
from tests.browser.people import DESK, Person

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
    " media-src 'self' blob:; connect-src 'self'; base-uri 'none';"
    " require-trusted-types-for 'script'; trusted-types lit-html"
)
PAGE = """<!doctype html><html lang="en">
<head><title>Probe</title><link rel="icon" href="/icon"></head>
<body><main><h1>Probe</h1><video muted autoplay playsinline></video></main></body></html>"""
COLOUR = """async () => {
  const video = document.querySelector('video'), canvas = document.createElement('canvas');
  canvas.width = canvas.height = 8;
  const pen = canvas.getContext('2d');
  pen.drawImage(video, 0, 0, 8, 8);
  return [...pen.getImageData(4, 4, 1, 1).data].slice(0, 3);
}"""


def _plain(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, "PNG")
    return file.getvalue()


async def _open(person: Person, page: str = PAGE) -> None:
    """Under the policy of the product's pages: the tools must work there too."""
    headers = {"content-security-policy": POLICY, "content-type": "text/html"}
    await person.page.route("**/*", lambda route: route.fulfill(body=page, headers=headers))
    await person.page.goto("http://localhost/")


async def test_a_person_holds_a_picture_before_the_camera(invite: Invite) -> None:
    person = await invite()
    await _open(person)
    await person.page.evaluate(
        """async () => {
          const video = document.querySelector('video'), size = {width: {ideal: 1280}};
          video.srcObject = await navigator.mediaDevices.getUserMedia({video: size, audio: true});
        }"""
    )
    await person.sees(_plain("red"))
    await person.page.wait_for_function(f"async () => (await ({COLOUR})())[0] > 200")
    await person.rehearse("turn", [_plain("lime"), _plain("blue")])
    await person.perform("turn")
    await person.page.wait_for_function(f"async () => (await ({COLOUR})())[2] > 200")


async def test_a_page_with_a_fault_is_told_apart_from_one_without(invite: Invite) -> None:
    person = await invite(size=DESK, language="en-GB")
    await _open(person)
    assert await person.accessibility_faults() == []
    await _open(person, PAGE.replace("</main>", "<img src='/x.png'></main>"))
    assert any(fault.startswith("image-alt") for fault in await person.accessibility_faults())


async def test_what_the_console_says_is_heard(invite: Invite) -> None:
    person = await invite()
    await person.page.evaluate("() => console.error('something is wrong')")
    await person.page.evaluate("() => void setTimeout(() => { throw new Error('and this') })")
    await person.page.wait_for_timeout(50)
    assert len(person.complaints) == 2
    person.complaints.clear()
