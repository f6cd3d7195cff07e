"""Movements in a running call: the picture goes to the measurement and the verdict comes back."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from struct import Struct
from typing import Any

import pytest

from ekyc.demo.face import Portrait
from ekyc.demo.frames import FrameBook
from ekyc.demo.head import Head
from ekyc.domain.movement import GESTURES, Phase
from ekyc.domain.room import (
    MovementEnded,
    MovementPictured,
    MovementProgress,
    PartyConnected,
    RoomEvent,
)
from ekyc.settings import Vision
from ekyc.vision.pose_server import PoseServer
from tests.plane import RED, House, a_house, plain, sees

pytestmark = pytest.mark.live
QUESTION, ANSWER = Struct("!II"), Struct("!I")
PICTURE = "dHVybmVk"


class ScriptedHead:
    """Answers on the pose socket as if a head turned towards `goal`, 10 degrees a picture."""

    def __init__(self) -> None:
        self.goal = self.yaw = 0.0
        self.asked: list[dict[str, Any]] = []
        self.sizes: set[tuple[int, int, int]] = set()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            while True:
                head_bytes, pixel_bytes = QUESTION.unpack(await reader.readexactly(QUESTION.size))
                question = json.loads(await reader.readexactly(head_bytes))
                pixels = await reader.readexactly(pixel_bytes)
                self.asked.append(question)
                self.sizes.add((question["width"], question["height"], len(pixels)))
                answer = json.dumps(self._answer(question)).encode()
                writer.write(ANSWER.pack(len(answer)) + answer)
        except EOFError:
            writer.close()

    def _answer(self, question: dict[str, Any]) -> dict[str, Any]:
        if question.get("picture"):
            return {"id": question["id"], "picture": PICTURE}
        if question.get("look"):
            return {"id": question["id"], "faces": 0}
        self.yaw += max(-10.0, min(10.0, self.goal - self.yaw))
        return {
            "id": question["id"],
            "faces": 1,
            "yaw_deg": self.yaw,
            "pitch_deg": 0.0,
            "roll_deg": 0.0,
            "planarity": None if question["front"] is None else 0.15,
            "stretch": None if question["front"] is None else 1.1,
            "points": [[100.0, 80.0], [140.0, 80.0]],
            "face_px": 90,
            "overexposed": False,
            "eyes": [0.3, 0.3],
            "smile": 0.1,
            "size": 0.4,
        }


@asynccontextmanager
async def a_scripted_head(folder: Path) -> AsyncIterator[ScriptedHead]:
    """In the place of the pose server."""
    head = ScriptedHead()
    server = await asyncio.start_unix_server(head.talk, folder / "pose.sock")
    async with server:
        yield head


async def test_a_turn_is_watched_told_and_judged_while_the_call_goes_on(tmp_path: Path) -> None:
    async with a_scripted_head(tmp_path) as head, a_house(tmp_path) as house:
        await house.open_call()
        await house.meet()
        measured_before = len(head.asked)
        assert measured_before <= 1  # the warm-up; nothing is decoded while nobody asks
        await house.plane.ask_movement("call", party="customer", movement="m1", direction="left")
        await house.until(MovementProgress, phase=Phase.MOVE.value)
        head.goal = 28.0
        await house.until(MovementProgress, phase=Phase.NEUTRAL.value)
        head.goal = 0.0
        verdict = await house.until(MovementEnded)
        assert (verdict.movement, verdict.direction, verdict.passed) == ("m1", "left", True)
        assert verdict.peak_deg == 28.0
        assert len(verdict.series) >= 10
        assert head.sizes >= {(320, 240, 320 * 240 * 3)}
        assert any(question.get("front") for question in head.asked)
        pictured = await house.until(MovementPictured)
        assert (pictured.movement, pictured.picture) == ("m1", PICTURE)
        asked = len(head.asked)
        await asyncio.sleep(0.5)
        assert len(head.asked) <= asked + 1  # and nothing after the verdict


async def test_a_movement_without_anybody_measuring_times_out(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.plane.open_room(
            "call", parties=["customer"], hears={"customer": ["customer"]}, seal=None
        )
        customer = await house.join("customer", plain(RED))
        await sees(customer, RED)
        await house.plane.ask_movement("call", party="customer", movement="m1", direction="up")
        assert (await house.until(MovementEnded)).reason == "timeout"


async def test_a_movement_ends_when_another_is_asked_or_its_party_is_gone(tmp_path: Path) -> None:
    async with a_scripted_head(tmp_path), a_house(tmp_path) as house:
        await house.plane.open_room(
            "call", parties=["customer"], hears={"customer": ["customer"]}, seal=None
        )
        customer = await house.join("customer", plain(RED))
        await house.until(PartyConnected)

        async def asked(movement: str) -> None:
            await house.plane.ask_movement(
                "call", party="customer", movement=movement, direction="left"
            )

        ends: list[tuple[Callable[[], Any], str]] = [
            (lambda: asked("another"), "cancelled"),
            (customer.close, "dropped"),
        ]
        for number, (end, reason) in enumerate(ends, start=1):
            await asked(str(number))
            await house.until(MovementProgress, movement=str(number))
            await end()
            verdict = await house.until(MovementEnded, movement=str(number))
            assert (verdict.passed, verdict.reason) == (False, reason)


def obey(head: Head, event: RoomEvent) -> None:
    """Do what the page would show."""
    if isinstance(event, MovementProgress):
        head.hear({"id": event.movement, "direction": event.direction, "phase": event.phase})


async def obeys(house: House, direction: str) -> bool:
    """Ask as an agent does: again, when a busy machine measured too few pictures of a turn."""
    for attempt in range(3):
        movement = f"{direction}-{attempt}"
        await house.plane.ask_movement(
            "call", party="customer", movement=movement, direction=direction
        )
        verdict = await house.until(MovementEnded, movement=movement, within_s=30)
        assert verdict.reason in {None, "timeout"}, (direction, verdict.reason)
        if verdict.passed:
            return True
    return False


@pytest.mark.slow
async def test_a_drawn_head_turns_nods_and_does_every_gesture_before_the_real_measurement(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    book = await asyncio.to_thread(FrameBook, Portrait.HOPPER, tmp_path_factory.getbasetemp())
    head = Head(book)
    poses = PoseServer(Vision(), tmp_path / "pose.sock")
    await poses.start()
    try:
        async with a_house(tmp_path) as house:
            await house.open_call()
            await house.meet(head.frame)
            house.passes_on = lambda event: obey(head, event)
            for direction in ("front", "right", "down", *GESTURES):  # the road has all four turns
                assert await obeys(house, direction)
    finally:
        await poses.close()
