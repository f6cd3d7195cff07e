"""`ekyc bench verdicts`: how soon both pages know that a pose was held, in a live call.

A server of its own with one simulated customer and one agent; the agent asks for movements one
after the other. The instant the deciding picture came is known to the media worker alone: as the
seconds since the movement began there. That lies between the agent's request leaving and the first
word of it reaching a page, and so the time is told as an upper and a lower bound.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

import numpy as np

from ekyc.bench.house import House, free_port
from ekyc.bench.say import Say
from ekyc.crew import Crew
from ekyc.demo.agent import Agent
from ekyc.demo.bank import STAFF
from ekyc.demo.customer import Customer
from ekyc.demo.head import Head
from ekyc.demo.peer import Message
from ekyc.demo.play import CACHE
from ekyc.demo.visitor import Visitor
from ekyc.domain.decision import MOVEMENTS
from ekyc.domain.movement import Phase

CALL_S: Final = 240.0
MOVEMENT_S: Final = 30.0
REST_S: Final = 0.6
SETTINGS: Final = """
demo_files = 0
[queue]
presence_s = 15
poll_s = 0.5
[codes]
again_s = 2
sends_per_hour = 1000
"""

NEUTRAL: Final = Phase.NEUTRAL.value
Heard = list[tuple[float, Message]]


@dataclass(slots=True)
class Asked:
    """One movement: when it was asked for, and what the file says of it."""

    id: str
    left_s: float
    story: dict[str, Any] = field(default_factory=dict)


class TimedAgent(Agent):
    """Asks for so many movements and decides nothing."""

    def __init__(self, visitor: Visitor, *, movements: int, say: Say) -> None:
        super().__init__(visitor, login=STAFF[0][0], cache=CACHE, say=say)
        self._movements = movements
        self.heard: Heard = []
        self.asked: list[Asked] = []
        self._over: asyncio.Queue[str] = asyncio.Queue()

    def _hear(self, message: Message) -> None:
        self.heard.append((time.monotonic(), message))
        if message.get("phase") in {Phase.PASSED.value, Phase.FAILED.value}:
            self._over.put_nowait(message["id"])

    async def _judge(self, application: str) -> None:
        for direction in islice(cycle(MOVEMENTS), self._movements):
            left_s = time.monotonic()
            path = f"/api/files/{application}/movements"
            asked = (await self._visitor.ask("POST", path, {"direction": direction}))["id"]
            self.asked.append(Asked(asked, left_s))
            async with asyncio.timeout(MOVEMENT_S):
                while await self._over.get() != asked:
                    pass
            await asyncio.sleep(REST_S)
        file = await self._visitor.ask("GET", f"/api/files/{application}")
        stories = {m["id"]: m for call in file["calls"] for m in call["movements"]}
        for each in self.asked:
            each.story = stories[each.id]


class TimedCustomer(Customer):
    """Does as asked, and notes when the page was told."""

    def __init__(self, visitor: Visitor, *, say: Say) -> None:
        super().__init__(visitor, seed=1, cache=CACHE, say=say)
        self.heard: Heard = []

    def _hear(self, head: Head, message: Message) -> None:
        self.heard.append((time.monotonic(), message))
        super()._hear(head, message)


async def measure(*, movements: int, say: Say) -> dict[str, Any]:
    """The figures, as plain values."""
    with tempfile.TemporaryDirectory(prefix="ekyc-bench-") as folder:
        house = House(Path(folder), SETTINGS, port=free_port())
        await house.start()
        try:
            async with Visitor(house.address) as at_desk, Visitor(house.address) as at_home:
                agent = TimedAgent(at_desk, movements=movements, say=say)
                customer = TimedCustomer(at_home, say=say)
                await _meet(agent, customer, at_desk, at_home)
        finally:
            await house.stop()
    times = [each for asked in agent.asked for each in _times(asked, agent.heard, customer.heard)]
    outcomes = [asked.story["reason"] or asked.story["state"] for asked in agent.asked]
    return {
        "movements": len(agent.asked),
        "outcomes": {name: outcomes.count(name) for name in sorted(set(outcomes))},
        "held": len(times),
        "least_ms": _spread([least for least, _ in times]),
        "most_ms": _spread([most for _, most in times]),
    }


async def _meet(
    agent: TimedAgent, customer: TimedCustomer, at_desk: Visitor, at_home: Visitor
) -> None:
    password = (await at_desk.ask("GET", "/api/demo/staff"))["password"]
    await agent.sign_in(password)
    link = (await at_home.ask("POST", "/api/demo/customers", {"language": "vi"}))["link"]
    crew = Crew()
    crew.start(customer.run(link), name="bench.customer")
    try:
        await agent.serve(calls=1, patience_s=CALL_S)
    finally:
        await crew.dismiss()


def _times(asked: Asked, agent: Heard, customer: Heard) -> Iterator[tuple[float, float]]:
    """Seconds until both pages knew that the pose was held: at least, at most."""
    told = [_progress(asked.id, page) for page in (agent, customer)]
    holds = [
        next((i for i, (_, phase) in enumerate(one) if phase == NEUTRAL), None) for one in told
    ]
    series = asked.story["series"]
    # One word for each measured picture and one before the first: else they cannot be matched.
    if None in holds or holds[0] != holds[1] or any(len(one) != len(series) + 1 for one in told):
        return
    place = holds[0] or 0
    known_s = max(one[place][0] for one in told)
    after_s = series[place - 1][0]
    began_by_s = min(one[0][0] for one in told)
    yield known_s - (began_by_s + after_s), known_s - (asked.left_s + after_s)


def _place_of(phase: str, told: Sequence[tuple[float, str]]) -> int | None:
    return next((place for place, (_, each) in enumerate(told) if each == phase), None)


def _progress(movement: str, page: Heard) -> list[tuple[float, str]]:
    """When a page was told how far it is, and the phase; the verdict's own message left out."""
    own = [(at, m["phase"], m["state"]) for at, m in page if m.get("id") == movement]
    return [(at, phase) for at, phase, state in own if state == "asked"]


def _spread(seconds: Sequence[float]) -> dict[str, float] | None:
    if not seconds:
        return None
    usual, most = np.percentile(seconds, (50, 95))
    return {"p50": round(1000 * float(usual), 1), "p95": round(1000 * float(most), 1)}


def table(figures: dict[str, Any]) -> list[str]:
    """For a person."""
    return [f"{name}: {value}" for name, value in figures.items()]
