"""What the CRM gives of what the bank's own app has: chip data, and a verified portrait."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from aiohttp import web
from cryptography.x509 import Certificate
from pydantic import BaseModel, Field

from ekyc.domain import errors
from ekyc.domain.access import Action
from ekyc.domain.chip import ChipData
from ekyc.domain.errors import BodyInvalid
from ekyc.domain.events import Actor
from ekyc.journey import evidence
from ekyc.storage import issuers
from ekyc.web.api import Body, Routes
from ekyc.web.keys import CLOCK, OBJECTS, READER, RING, SECRET, SETTINGS, STORE, SUBJECT
from ekyc.web.uploads import image

routes = Routes(for_crm=True)
_Base64 = Annotated[str, Field(min_length=4)]


class ChipIn(Body):
    """The files of a chip as they were read, in base64."""

    dg1: _Base64
    dg2: _Base64
    sod: _Base64


class ChipOut(BaseModel):
    """What passive authentication came to."""

    id: str
    state: str
    """authentic, not-authentic or unchecked."""
    reason: str | None
    given_at: datetime


class PortraitOut(BaseModel):
    """A portrait as it is kept."""

    id: str
    width_px: int
    too_small: bool
    """Whether a face is not compared with it."""
    sha256: str
    """Of the picture made anew, as it is fetched with the media."""
    kept_at: datetime


@routes.put(
    "/api/v1/applications/{id}/chip",
    action=Action.GIVE_EVIDENCE,
    body=ChipIn,
    out=ChipOut,
    refuses=(errors.ChipUnreadable, errors.NotAllowedNow, errors.Busy),
    largest=lambda settings: settings.chip.data_max_bytes,
)
async def put_chip(request: web.Request, body: ChipIn) -> Any:
    """Give the chip's data before the verdict; the same ones again change nothing.

    They are authenticated (ICAO 9303-11, passive) against the authorities the bank configured.
    Authentic ones stand above every other source; others are kept as evidence and flagged.
    """
    app = request.app
    kept = await evidence.give_chip(
        app[STORE],
        app[CLOCK],
        app[OBJECTS],
        app[RING],
        app[READER],
        lambda: _issuers(app[SETTINGS].chip.issuers),
        application_id=request.match_info["id"],
        data=ChipData(
            dg1=_bytes("dg1", body.dg1), dg2=_bytes("dg2", body.dg2), sod=_bytes("sod", body.sod)
        ),
        secret=app[SECRET],
        by=Actor(kind="crm", id=request[SUBJECT]),
    )
    return ChipOut(id=kept.id, state=kept.state, reason=kept.reason, given_at=kept.given_at)


def _issuers(folder: str) -> Sequence[Certificate]:
    return issuers.read(Path(folder)) if folder else ()


def _bytes(name: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BodyInvalid(name) from None


@routes.put(
    "/api/v1/applications/{id}/portrait",
    action=Action.GIVE_EVIDENCE,
    out=PortraitOut,
    refuses=(errors.ImageUnreadable, errors.ImageTooLarge, errors.NotAllowedNow, errors.Busy),
    takes="image/jpeg",
)
async def put_portrait(request: web.Request) -> Any:
    """Give a portrait the bank verified earlier, a JPEG; the same one again changes nothing."""
    app = request.app
    kept = await evidence.give_portrait(
        app[STORE],
        app[CLOCK],
        app[OBJECTS],
        app[RING],
        app[READER],
        application_id=request.match_info["id"],
        image=await image(request),
        by=Actor(kind="crm", id=request[SUBJECT]),
    )
    return PortraitOut(
        id=kept.id,
        width_px=kept.width_px,
        too_small=kept.is_too_small(min_px=app[SETTINGS].portraits.min_px),
        sha256=kept.picture_sha256,
        kept_at=kept.kept_at,
    )
