"""The load, a process of its own: people in calls, told over a pipe whom to connect with.

Started by `bench.partner` as `python -m ekyc.bench.load FD`. It plays every call's two people from
one queue of what is due next.
"""

import asyncio
import heapq
import socket
import time
from collections import Counter
from itertools import count
from pathlib import Path
from statistics import quantiles
from typing import Any

from ekyc.bench.caller import Caller
from ekyc.bench.child import run
from ekyc.bench.reel import FPS, cut
from ekyc.media.network import offer_addresses
from ekyc.media.pipe import Message, Pipe

_CONNECTS_WITHIN_S = 30.0
_LONGEST_NAP_S = 0.05
_ARRIVES_WITHIN_S = 0.7
"""After the last packet: repeats of what was lost are still asked for and sent."""

_SOUND_S, _PICTURE_S, _REPORT_S = 0.02, 1 / FPS, 1.0


class Load:
    """The people of all calls, by number: 0 and 1 talk to each other, 2 and 3, and so on."""

    def __init__(self, message: Message) -> None:
        offer_addresses([message["host"]])
        self._reel, self._loss = cut(Path(message["film"])), message["loss"]
        self._numbers = count()
        self._callers: list[Caller] = []
        for call in range(message["calls"]):
            self._callers += self._couple(call)
        self._gone: list[Counter[str]] = [Counter() for _ in range(message["calls"])]
        """By call: what those did who have hung up."""
        self._latencies_s: list[float] = []
        self._latest_s = 0.0
        self._talking: asyncio.Task[dict[str, Any]] | None = None

    def _couple(self, call: int) -> list[Caller]:
        couple = [
            Caller(self._reel, loss=self._loss, is_probe=call == 0, seed=next(self._numbers))
            for _ in range(2)
        ]
        couple[0].other, couple[1].other = couple[1], couple[0]
        return couple

    async def do(self, message: Message) -> object:
        """One command's result."""
        match message["do"]:
            case "offer":
                return await self._callers[message["caller"]].offer()
            case "take_answer":
                await self._callers[message["caller"]].take_answer(message["sdp"])
                return None
            case "answer":
                return await self._callers[message["caller"]].answer(message["sdp"])
            case "connected":
                async with asyncio.timeout(_CONNECTS_WITHIN_S):
                    return await self._callers[message["caller"]].is_connected.wait()
            case "talk":
                instants = message["begins"], message["counts"], message["ends"]
                self._talking = asyncio.create_task(self._talk(*instants))
                return None
            case "hang_up":
                return await self._hang_up(message["call"], pause_s=message["pause_s"])
            case "go_on":
                self._go_on(message["call"])
                return None
            case _:
                assert self._talking is not None  # what was said is asked for afterwards
                return await self._talking

    async def _hang_up(self, call: int, *, pause_s: float) -> list[list[float]]:
        """These two end their call; two others take their place, and are silent at first.

        When the last pictures of either left, seconds since 1970.
        """
        couple = self._callers[2 * call : 2 * call + 2]
        for caller in couple:
            caller.is_silent = True
        await asyncio.sleep(pause_s)
        for caller in couple:
            self._gone[call].update(_counted(caller))
            self._latencies_s += caller.latencies_s
            await caller.close()
        successors = self._couple(call)
        for caller in successors:
            caller.is_silent = True
        self._callers[2 * call : 2 * call + 2] = successors
        return [list(caller.pictures_left) for caller in couple]

    def _go_on(self, call: int) -> None:
        for caller in self._callers[2 * call : 2 * call + 2]:
            caller.is_silent = False

    async def _talk(self, begins: float, counts: float, ends: float) -> dict[str, Any]:
        """Everybody talks; latencies count between two instants of the steady clock."""
        due = self._all_due(begins)
        await self._play(due, until=counts)
        for caller in self._callers:
            caller.latencies_s.clear()
        self._latencies_s.clear()
        self._latest_s = 0.0
        await self._play(due, until=ends)
        latencies = [*self._latencies_s]
        for caller in self._callers:
            latencies += caller.latencies_s
        await asyncio.sleep(_ARRIVES_WITHIN_S)
        by_call = [Counter(gone) for gone in self._gone]
        for place, caller in enumerate(self._callers):
            by_call[place // 2].update(_counted(caller))
        total: Counter[str] = Counter()
        for each in by_call:
            total.update(each)
        return {
            **total,
            "by_call": by_call,
            "late_ms": round(self._latest_s * 1000, 1),
            "latency_ms": _latency(latencies),
        }

    def _all_due(self, begins: float) -> list[tuple[float, int, int, int]]:
        """First turns, spread over a picture's time: cameras do not keep step."""
        numbers, spread = count(), _PICTURE_S / len(self._callers)
        due = [
            (begins + place * spread + first_s, next(numbers), kind, place)
            for place in range(len(self._callers))
            for kind, first_s in enumerate((0.0, _SOUND_S / 2, _REPORT_S / 2))
        ]
        heapq.heapify(due)
        return due

    async def _play(self, due: list[tuple[float, int, int, int]], *, until: float) -> None:
        rests = (_PICTURE_S, _SOUND_S, _REPORT_S)
        while (now := time.monotonic()) < until:
            at, number, kind, place = due[0]
            if at > now:
                await asyncio.sleep(min(at - now, _LONGEST_NAP_S))
                continue
            self._latest_s = max(self._latest_s, now - at)
            caller = self._callers[place]
            if caller.may_talk:
                (caller.send_picture, caller.send_sound, caller.send_reports)[kind]()
            heapq.heapreplace(due, (at + rests[kind], number, kind, place))

    async def close(self) -> None:
        """Everybody hangs up."""
        await asyncio.gather(*(caller.close() for caller in self._callers))


def _counted(caller: Caller) -> dict[str, int]:
    return {
        "sent": caller.sent,
        "received": sum(caller.received.values()),
        "pictures_sent": caller.sent_pictures,
        "pictures_received": caller.received_pictures,
        "key_requests": caller.key_requests,
        "repeats": caller.repeats,
    }


def _latency(latencies_s: list[float]) -> dict[str, float] | None:
    if len(latencies_s) < 2:
        return None
    cuts = quantiles(latencies_s, n=100)
    return {"p50": round(cuts[49] * 1000, 2), "p95": round(cuts[94] * 1000, 2)}


async def _main(end: socket.socket) -> None:
    pipe = await Pipe.over(end)
    messages = pipe.messages()
    load = Load(await anext(messages))
    pipe.send({"result": None})
    async for message in messages:
        pipe.send({"result": await load.do(message)})
    await load.close()
    pipe.close()


if __name__ == "__main__":
    run(_main)
