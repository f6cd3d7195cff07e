"""What is noticed on a file: its numbers are marked, and its flags are put together."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ekyc.domain.application import Application
from ekyc.domain.comparison import Comparison
from ekyc.domain.decision import Decision
from ekyc.domain.events import SYSTEM, Event
from ekyc.domain.flag import Flag, Limits, numbers, raised
from ekyc.settings import Flags
from ekyc.storage import chips
from ekyc.storage import numbers as marks
from ekyc.storage.store import Tx


def limits(flags: Flags, *, demo: bool) -> Limits:
    """The settings, as the rules take them."""
    return Limits(adult_years=flags.adult_years, expiring_days=flags.expiring_days, demo=demo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """By which rules and when somebody looks at a file; `zone` is the bank's."""

    limits: Limits
    portrait_min_px: int
    zone: str
    now: datetime

    def day(self, decision: Decision | None) -> date:
        """The day that counts: of the verdict in force, so that years later it still reads so."""
        at = decision.at if decision else self.now
        return at.astimezone(ZoneInfo(self.zone)).date()


async def mark(tx: Tx, application: Application, form: Comparison, *, secret: bytes) -> None:
    """Keep the marks of this file's numbers, in the place of earlier ones."""
    key = hmac.digest(secret, b"document-number", "sha256")
    found = {hmac.digest(key, number.encode(), "sha256").hex() for number in numbers(form)}
    await marks.set_marks(tx, application.id, found)


async def of(
    tx: Tx, application: Application, form: Comparison, *, rules: Limits, today: date
) -> Sequence[Flag]:
    """The flags of a file on a day, the gravest first."""
    return raised(
        form,
        external_id=application.external_id,
        others=await marks.others(tx, application.id),
        limits=rules,
        today=today,
        chip=await chips.current(tx, application.id),
    )


async def tell(
    tx: Tx, application: Application, form: Comparison, *, rules: Limits, today: date, now: datetime
) -> None:
    """Write down which flags a file has, if it has any (`application.flagged`)."""
    found = await of(tx, application, form, rules=rules, today=today)
    if found:
        codes = sorted({flag.code.value for flag in found})
        seen = Event(
            name="application.flagged",
            application_id=application.id,
            at=now,
            actor=SYSTEM,
            data={"flags": codes},
        )
        await tx.tell(seen)
