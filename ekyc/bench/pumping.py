"""`ekyc bench pumping`: somebody makes the bank pay for codes, and customers want theirs meanwhile.

Pumpers open applications by the hundred and ask for codes as often as they are let, for numbers
they earn by. The journey's own steps send, on a real database and a clock that is moved; what a
provider was handed is counted beside it. Whatever the pumpers do, no 24 hours may cost more than
the budget; how many customers get their code meanwhile is told as well.
"""

import asyncio
import random
import tempfile
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from ekyc.domain.application import Application, Stage
from ekyc.domain.errors import EkycError, SendFailed
from ekyc.domain.message import Channel, Receipt
from ekyc.journey import codes
from ekyc.journey.messages import Post
from ekyc.journey.ports import Trying
from ekyc.settings import Codes
from ekyc.storage import applications
from ekyc.storage.bus import Bus
from ekyc.storage.migrate import migrate
from ekyc.storage.store import Store, new_id

_BEGAN: Final = datetime(2026, 11, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How the pumpers go about it; None: as many as they like."""

    name: str
    numbers: int | None
    blocks: int | None
    networks: int | None
    fails: float = 0.0
    """Share of tries the first provider does not take: each costs another one."""


SHAPES: Sequence[Shape] = (
    Shape(name="one number", numbers=1, blocks=1, networks=None),
    Shape(name="a row of numbers", numbers=None, blocks=1, networks=None),
    Shape(name="one network", numbers=None, blocks=None, networks=1),
    Shape(name="everything spread", numbers=None, blocks=None, networks=None),
    Shape(name="spread, provider failing", numbers=None, blocks=None, networks=None, fails=0.5),
)


@dataclass(slots=True, kw_only=True)
class Figures:
    """What came of one shape."""

    shape: str
    budget_vnd: int
    asked: int = 0
    sent: int = 0
    most_vnd: int = 0
    """Of any 24 hours, by what the provider was handed."""
    honest: int = 0
    served: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "shape": self.shape,
            "asked": self.asked,
            "sent": self.sent,
            "most_vnd": self.most_vnd,
            "budget_vnd": self.budget_vnd,
            "honest": self.honest,
            "served": self.served,
            "refused": dict(self.refused),
        }


class _Hours:
    """A clock that is moved."""

    def __init__(self) -> None:
        self._at = _BEGAN

    def now(self) -> datetime:
        """This instant."""
        return self._at

    def pass_by(self, span: timedelta) -> None:
        """Let time go by."""
        self._at += span


class _Till:
    """A provider that counts every try it may charge for."""

    def __init__(self, clock: _Hours, costs: dict[Channel, int], chance: random.Random) -> None:
        self._clock, self._costs, self._chance = clock, costs, chance
        self._day: deque[tuple[datetime, int]] = deque()
        self.fails, self.sent, self.most_vnd = 0.0, 0, 0

    def reaches(self, channel: Channel) -> bool:
        """By every channel."""
        return True

    async def send(
        self,
        *,
        to: str,
        text: str,
        channel: Channel = Channel.SMS,
        language: str = "vi",
        id: str = "",
        subject: str = "",
        trying: Trying | None = None,
    ) -> Receipt:
        """Take it, or fail and have the next one take it."""
        for provider in ("first", "second"):
            if trying is not None:
                await trying(provider)
            self._charge(self._costs[channel])
            if provider == "second" or self._chance.random() >= self.fails:
                return Receipt(provider=provider)
        raise SendFailed

    def _charge(self, cost_vnd: int) -> None:
        now = self._clock.now()
        self.sent += 1
        self._day.append((now, cost_vnd))
        while self._day[0][0] <= now - _DAY:
            self._day.popleft()
        self.most_vnd = max(self.most_vnd, sum(cost for _, cost in self._day))


class Siege:
    """One shape, played on one database."""

    def __init__(self, store: Store, shape: Shape, rules: Codes, *, seed: int) -> None:
        self._store, self._shape = store, shape
        self._chance = random.Random(seed)
        self._clock = _Hours()
        limits = codes.limits(rules)
        self._till = _Till(self._clock, dict(limits.costs_vnd), self._chance)
        self._till.fails = shape.fails
        self._post = Post(
            sender=self._till, secret=b"b" * 32, limits=limits, block_digits=rules.block_digits
        )
        self.figures = Figures(shape=shape.name, budget_vnd=rules.budget_per_day_vnd)
        self._nth = 0

    async def play(self, *, days: int, per_day: int, honest_per_day: int) -> Figures:
        """So many days of it; pumpers ask at even distances, customers at any time."""
        pause = _DAY / per_day
        share = honest_per_day / per_day
        for _ in range(days * per_day):
            self._clock.pass_by(pause)
            await self._pump()
            if self._chance.random() < share:
                await self._serve()
        self.figures.sent = self._till.sent
        self.figures.most_vnd = self._till.most_vnd
        return self.figures

    async def _pump(self) -> None:
        self._nth += 1
        number = self._pick(self._shape.numbers, 10_000)
        block = self._pick(self._shape.blocks, 100_000)
        network = self._pick(self._shape.networks, 60_000)
        phone = f"+8491{block:05d}{number:04d}"
        refused = await self._ask(phone, f"10.{network >> 8}.{network & 255}.0/24")
        self.figures.asked += 1
        if refused:
            self.figures.refused[refused] += 1

    async def _serve(self) -> None:
        phone = f"+8498{self._chance.randrange(10**7):07d}"
        network = self._chance.randrange(60_000)
        refused = await self._ask(phone, f"11.{network >> 8}.{network & 255}.0/24")
        self.figures.honest += 1
        self.figures.served += not refused

    def _pick(self, among: int | None, of: int) -> int:
        return self._chance.randrange(among or of)

    async def _ask(self, phone: str, network: str) -> str:
        id = new_id()
        application = Application(
            id=id,
            reference=id[:20],
            stage=Stage.CONSENTED,
            version=1,
            external_id="",
            language="vi",
            phone=phone,
            phone_source="crm",
            phone_as_of="2026-11-01",
            name="",
            document_kind="",
            opened_at=self._clock.now(),
            updated_at=self._clock.now(),
        )
        async with self._store.begin() as tx:
            await applications.add(tx, application, product="")
        try:
            await codes.send(
                *(self._store, self._clock, self._post, lambda code, language, by: code),
                application_id=id,
                session=id,
                address=network,
            )
        except EkycError as error:
            return error.code
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is played."""

    days: int = 2
    per_day: int = 1500
    honest_per_day: int = 100
    budget_vnd: int = 400_000
    seed: int = 1


def measure(options: Options) -> list[Figures]:
    """Every shape, each on an empty database of its own."""
    return asyncio.run(_measure(options))


async def _measure(options: Options) -> list[Figures]:
    rules = Codes(budget_per_day_vnd=options.budget_vnd)
    found = []
    for shape in SHAPES:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite+aiosqlite:///{Path(folder) / 'ekyc.sqlite3'}"
            store = Store(url, bus=Bus())
            await migrate(store)
            siege = Siege(store, shape, rules, seed=options.seed)
            found.append(
                await siege.play(
                    days=options.days,
                    per_day=options.per_day,
                    honest_per_day=options.honest_per_day,
                )
            )
            await store.close()
    return found


def is_good(figures: Sequence[Figures]) -> bool:
    """Whether no 24 hours cost more than they may, and codes went out at all."""
    return all(0 < one.most_vnd <= one.budget_vnd for one in figures)


def table(figures: Sequence[Figures]) -> list[str]:
    """One line for each shape."""
    head = "| pumpers | asked | handed over | most in 24 h, VND | budget | customers served |"
    lines = [head, "|---|---|---|---|---|---|"]
    for one in figures:
        cells = [one.shape, one.asked, one.sent, one.most_vnd, one.budget_vnd]
        served = f"{one.served} of {one.honest}"
        lines.append("| " + " | ".join(str(cell) for cell in [*cells, served]) + " |")
    return lines
