"""Which process dies at which moment of a journey: drawn from a seed, every moment in its turn."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Process(StrEnum):
    """What is killed; `machine` is every process of the server at once."""

    WEB = "web"
    MEDIA = "media"
    VISION = "vision"
    MACHINE = "machine"


class Moment(StrEnum):
    """What somebody is doing when it happens, in the order of a journey."""

    SIGN_IN = "sign-in"
    UPLOAD = "upload"
    READING = "reading"
    CONFIRM = "confirm"
    QUEUE = "queue"
    RINGING = "ringing"
    CALL = "call"
    MOVEMENT = "movement"
    DECIDING = "deciding"
    FINISHING = "finishing"
    WEBHOOK = "webhook"


LASTS_S: dict[Moment, float] = {
    Moment.SIGN_IN: 1.0,
    Moment.UPLOAD: 0.8,
    Moment.READING: 1.5,
    Moment.CONFIRM: 0.05,
    Moment.QUEUE: 0.6,
    Moment.RINGING: 1.0,
    Moment.CALL: 2.0,
    Moment.MOVEMENT: 3.0,
    Moment.DECIDING: 0.3,
    Moment.FINISHING: 0.15,
    Moment.WEBHOOK: 0.3,
}
"""A kill falls within so many seconds of the moment's beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """One kill: this process, this long after somebody came to this moment."""

    number: int
    process: Process
    moment: Moment
    delay_s: float


def plan(
    kills: int, *, seed: int, processes: Sequence[Process], moments: Sequence[Moment]
) -> tuple[Kill, ...]:
    """So many kills, the processes in turn; each goes through all moments before it repeats one."""
    draw = random.Random(seed)
    decks: dict[Process, list[Moment]] = {process: [] for process in processes}
    drawn = []
    for number in range(kills):
        process = processes[number % len(processes)]
        if not decks[process]:
            decks[process] = draw.sample(list(moments), len(moments))
        moment = decks[process].pop()
        delay_s = draw.uniform(0, LASTS_S[moment])
        drawn.append(Kill(number=number + 1, process=process, moment=moment, delay_s=delay_s))
    return tuple(drawn)
