"""Specimen cards to print and photograph: a page at true size, and each side as a picture."""

import asyncio
import os
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from ekyc.demo.specimen import a_specimen
from ekyc.domain.access import Action
from ekyc.domain.document import Side
from ekyc.domain.errors import NotFound
from ekyc.web.api import Routes
from ekyc.web.keys import SETTINGS
from ekyc.web.pages import STATIC, file

SEEDS: Final = (11, 12, 13)
"""Three people, front and back: as many as fit an A4 page."""

EDITION: Final = 1
"""Goes up when cards are drawn differently: pictures drawn before are then left alone."""

DPI: Final = 508  # 20 px a millimetre: printed "at 100 %" a picture has the card's true size
_ONE = asyncio.Lock()
"""A drawing takes a second of a processor."""

routes = Routes()


@routes.get("/demo/cards", action=Action.LOOK)
async def page(request: web.Request) -> web.StreamResponse:
    """What a visitor prints."""
    return file(STATIC / "demo" / "cards.html")


@routes.get("/api/demo/cards", action=Action.LOOK)
async def listed(request: web.Request) -> Any:
    """Whose cards there are; every name is invented and every number impossible."""
    return {"cards": [{"seed": seed, "name": a_specimen(seed).full_name} for seed in SEEDS]}


@routes.get("/demo/cards/{seed}/{side}.png", action=Action.LOOK)
async def picture(request: web.Request) -> web.StreamResponse:
    """One side, drawn at the first asking; `NotFound` for a card there is none of."""
    seed, side = request.match_info["seed"], request.match_info["side"]
    if seed not in map(str, SEEDS) or side not in set(Side):
        raise NotFound
    folder = request.app[SETTINGS].secret_file.with_name("cache") / "cards"
    path = folder / f"specimen-{EDITION}-{seed}-{side}.png"
    async with _ONE:
        if not await asyncio.to_thread(path.exists):
            await asyncio.to_thread(_draw, int(seed), Side(side), path)
    return file(path)


def _draw(seed: int, side: Side, path: Path) -> None:
    # Not at the top: the start of the demo need not wait for the drawing's libraries.
    from ekyc.demo import cards

    card = cards.draw(a_specimen(seed), side)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{os.getpid()}")
    card.image.save(aside, "PNG", dpi=(DPI, DPI), compress_level=1)
    aside.replace(path)
