"""The load, a process of its own: people in calls, told over a pipe whom to connect with.

Started by `bench.partner` as `python -m ekyc.bench.load FD`. It plays every call's two people from
one queue of what is due next.
"""

import asyncio
import heapq
import socket
import time
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
        reel = cut(Path(message["film"]))
        self._callers = [
            Caller(reel, loss=message["loss"], is_probe=number < 2, seed=number)
            for number in range(2 * message["calls"])
        ]
        for one, other in zip(self._callers[::2], self._callers[1::2], strict=True):
            one.other, other.other = other, one
        self._latest_s = 0.0

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
            case _:
                return await self._talk(message["begins"], message["counts"], message["ends"])

    async def _talk(self, begins: float, counts: float, ends: float) -> dict[str, Any]:
        """Everybody talks; latencies count between two instants of the steady clock."""
        due = self._all_due(begins)
        await self._play(due, until=counts)
        for caller in self._callers:
            caller.latencies_s.clear()
        self._latest_s = 0.0
        await self._play(due, until=ends)
        latencies = [each for caller in self._callers for each in caller.latencies_s]
        await asyncio.sleep(_ARRIVES_WITHIN_S)
        return {
            "sent": sum(caller.sent for caller in self._callers),
            "received": sum(sum(caller.received.values()) for caller in self._callers),
            "pictures_sent": sum(caller.sent_pictures for caller in self._callers),
            "pictures_received": sum(caller.received_pictures for caller in self._callers),
            "key_requests": sum(caller.key_requests for caller in self._callers),
            "repeats": sum(caller.repeats for caller in self._callers),
            "late_ms": round(self._latest_s * 1000, 1),
            "latency_ms": _latency(latencies),
        }

    def _all_due(self, begins: float) -> list[tuple[float, int, int, Caller]]:
        """First turns, spread over a picture's time: cameras do not keep step."""
        numbers, spread = count(), _PICTURE_S / len(self._callers)
        due = [
            (begins + place * spread + first_s, next(numbers), kind, caller)
            for place, caller in enumerate(self._callers)
            for kind, first_s in enumerate((0.0, _SOUND_S / 2, _REPORT_S / 2))
        ]
        heapq.heapify(due)
        return due

    async def _play(self, due: list[tuple[float, int, int, Caller]], *, until: float) -> None:
        rests = (_PICTURE_S, _SOUND_S, _REPORT_S)
        while (now := time.monotonic()) < until:
            at, number, kind, caller = due[0]
            if at > now:
                await asyncio.sleep(min(at - now, _LONGEST_NAP_S))
                continue
            self._latest_s = max(self._latest_s, now - at)
            (caller.send_picture, caller.send_sound, caller.send_reports)[kind]()
            heapq.heapreplace(due, (at + rests[kind], number, kind, caller))

    async def close(self) -> None:
        """Everybody hangs up."""
        await asyncio.gather(*(caller.close() for caller in self._callers))


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
