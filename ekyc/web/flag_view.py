"""Flags as staff and the CRM are told them."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from ekyc.domain.application import SETTLED
from ekyc.domain.flag import Flag
from ekyc.journey import flags
from ekyc.journey.customer_file import CustomerFile
from ekyc.journey.flags import Look
from ekyc.notify.texts import Texts
from ekyc.storage.store import Tx
from ekyc.web.keys import CLOCK, SETTINGS


class FlagOut(BaseModel):
    """One thing that wanted a second look; it decided nothing."""

    code: str
    field: str | None
    """The detail it is about."""


def looking(request: web.Request) -> Look:
    """Now, by the settings."""
    settings = request.app[SETTINGS]
    return Look(
        limits=flags.limits(settings.flags, demo=settings.demo),
        portrait_min_px=settings.portraits.min_px,
        zone=settings.bank.zone,
        now=request.app[CLOCK].now(),
    )


async def of(tx: Tx, file: CustomerFile, look: Look) -> Sequence[Flag]:
    """The flags of a file: as they were on the day of its verdict, or as they are."""
    decided = file.application.stage in SETTLED
    today = look.day(file.decision if decided else None)
    return await flags.of(tx, file.application, file.form, rules=look.limits, today=today)


def staff(flag: Flag, texts: Texts, language: str) -> dict[str, Any]:
    """With its sentence, and the other files by reference: who reads files may open those too."""
    names = {"field": f"field.{flag.field}", "source": f"source.{flag.source}"}
    names["reason"] = f"chip.{flag.reason}"
    words = {place: texts.say("documents", key, language) for place, key in names.items()}
    return {
        "code": flag.code.value,
        "field": flag.field,
        "message": texts.say(
            "documents", f"flag.{flag.code.value}", language, **words, **flag.values
        ),
        "others": [{"id": other.id, "reference": other.reference} for other in flag.others],
    }


def crm(flag: Flag) -> FlagOut:
    """The code and the detail; which other files there are stays with the staff."""
    return FlagOut(code=flag.code.value, field=flag.field)
