"""How a page looks: in each language and size nothing is missing, too wide or too small to touch.

axe, which takes longest, looks at every language and at every size, not at each pair of them.

With the environment variable PICTURES_FOLDER naming a folder, every state is kept as a picture.
"""

import os
import re
from pathlib import Path

from tests.browser.people import DESK, PHONE, Person

FAULTS_OF_FORM = """touched => {
  const faults = [];
  const wider = document.documentElement.scrollWidth - innerWidth;
  if (wider > 0) faults.push(`wider than the screen by ${wider} px`);
  const tall = document.scrollingElement.scrollHeight > innerHeight + 1;
  if (tall && getComputedStyle(document.body).overflowY === "hidden")
    faults.push("something sticks out of the page's foot");
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    if (texts.currentNode.parentElement.closest("code")) continue;  // shown as it is
    const text = texts.currentNode.data.trim();
    const isKey = /^[a-z_]+([.-][\\w-]+)*\\.[\\w-]+$/.test(text) || /\\{\\w+\\}/.test(text);
    if (isKey) faults.push(`no text: ${text}`);
  }
  if (!touched) return faults;
  for (const one of document.querySelectorAll("button, a.btn, select, .input, label.radio")) {
    const { width, height } = one.getBoundingClientRect();
    if (one.checkVisibility() && height > 0 && (height < 43.5 || width < 43.5))
      faults.push(`too small to touch: ${one.outerHTML.slice(0, 80)} ${width}x${height}`);
  }
  return faults;
}"""


async def speak(person: Person, language: str) -> None:
    """By the page's own switch."""
    if await person.page.evaluate("document.documentElement.lang") == language:
        return
    await person.page.locator(f"button[lang={language}]").click()
    await person.page.locator(f"html[lang={language}]").wait_for(state="attached")


async def reads_well(
    person: Person, state: str, *, languages: tuple[str, ...] = ("en", "vi"), touched: bool = False
) -> None:
    """Look at what is open now in each language and size; its own size and Vietnamese come back.

    `touched`: the page is worked with a finger, so nothing may be smaller than 44 px.
    """
    faults, own = [], person.page.viewport_size or DESK
    for number, language in enumerate(languages):
        await speak(person, language)
        for size in (PHONE, DESK):
            await person.page.set_viewport_size(size)
            found = await person.page.evaluate(FAULTS_OF_FORM, touched)
            if len(languages) == 1 or size == (PHONE, DESK)[number % 2]:
                found += await person.accessibility_faults()
            faults += [f"{state}, {language}, {size['width']} px: {fault}" for fault in found]
            await _keep_picture(person, f"{state} {language} {size['width']}")
    await person.page.set_viewport_size(own)
    await speak(person, "vi")
    assert faults == [], "\n".join(faults)


async def _keep_picture(person: Person, name: str) -> None:
    if folder := os.environ.get("PICTURES_FOLDER"):
        file = Path(folder) / (re.sub(r"[^a-z0-9]+", "-", name.lower()) + ".png")
        await person.page.screenshot(path=file)
