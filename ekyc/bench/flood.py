"""Strangers flood the ports of one call while others talk and new ones connect.

Three kinds of datagrams come at the first call: media and connection checks, 12 000 a second each,
and forged handshakes, 2000 a second, which also come at every call that is just connecting. What
counts is how the others fare.
"""

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ekyc.bench.partner import Partner
from ekyc.bench.strangers import PER_S
from ekyc.bench.subjects import Ekyc

_FIRST_S = 0.3
"""Forged handshakes come so long before the real one begins."""

_TALKS_S = 0.5
"""A call that connected under them ends after so long, and the next one connects."""

LAST_S = 2.0
"""Before the end nobody connects any more."""

_CANDIDATE = re.compile(r"^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host", re.M | re.I)


def ports_of(answer: str) -> list[tuple[str, int]]:
    """Addresses an answer offers."""
    return [(host, int(port)) for host, port in _CANDIDATE.findall(answer) if ":" not in host]


async def flood(subject: Ekyc, load: Partner, *, call: int, until: float) -> dict[str, Any]:
    """Spray at the first call, and connect `call` again and again, until an instant.

    It is the number of a call nobody else counts.
    """
    strangers = await Partner.start("ekyc.bench.strangers")
    victims = [port for caller in (0, 1) for port in ports_of(subject.answers[caller])]
    tried = connected = 0

    async def forge(answer: str) -> None:
        ports = [*victims, *ports_of(answer)]
        await strangers.ask("spray", kinds=["handshakes"], ports=ports)
        await asyncio.sleep(_FIRST_S)

    try:
        await strangers.ask("spray", kinds=list(PER_S), ports=victims)
        await load.ask("hang_up", call=call, pause_s=0.0)  # who comes then waits for both
        while time.monotonic() < until:
            tried += 1
            try:
                await subject.connect(load, call, meanwhile=forge)
                connected += 1
            except TimeoutError:
                pass
            await load.ask("go_on", call=call)
            await asyncio.sleep(_TALKS_S)
            await subject.hang_up(load, call)
        told = await strangers.ask("stop")
    finally:
        await strangers.end()
    per_s = {kind: round(count / told["seconds"]) for kind, count in told["sent"].items()}
    return {
        "handshakes": tried,
        "connected": connected,
        "datagrams_per_s": per_s,
        "refused": dict(await subject.refused()),
    }


def delivered(by_call: Sequence[Mapping[str, int]], *, calls: int) -> dict[str, float]:
    """Shares of the pictures that arrived: in the flooded call, and in the others that last."""

    def share(these: Sequence[Mapping[str, int]]) -> float:
        sent = sum(each["pictures_sent"] for each in these)
        return round(sum(each["pictures_received"] for each in these) / max(1, sent), 5)

    return {"flooded": share(by_call[:1]), "others": share(by_call[1:calls])}


def lines(told: Mapping[str, Any]) -> list[str]:
    """For people."""
    per_s = ", ".join(f"{kind} {count}" for kind, count in told["datagrams_per_s"].items())
    refused = ", ".join(f"{reason} {count}" for reason, count in told["refused"].items())
    return [
        f"strangers' datagrams a second: {per_s}; not let in: {refused}",
        f"pictures delivered: others {told['others']:.2%}, flooded call {told['flooded']:.2%}",
        f"handshakes under forged ones: {told['connected']} of {told['handshakes']} succeeded",
    ]
