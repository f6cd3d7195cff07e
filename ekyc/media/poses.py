"""Asks the vision worker what a picture shows: one question at a time over its Unix socket.

A question is two lengths (big-endian, 4 bytes each), a JSON object and the RGB pixels; an answer
is one length and a JSON object.
"""

import asyncio
import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from struct import Struct
from typing import Any

import structlog

from ekyc.domain.pose import Point, Pose

log = structlog.get_logger(__name__)

_QUESTION, _ANSWER = Struct("!II"), Struct("!I")
_LONGEST_ANSWER = 1 << 20
_POINT_DECIMALS = 2
_LOOK_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pixels:
    """A decoded picture, RGB, 3 bytes per pixel, rows without padding."""

    width: int
    height: int
    rgb: bytes
    at_s: float


class PoseSocket:
    """A connection that opens itself when it is needed; a silent or broken one is given up."""

    def __init__(self, path: Path, *, timeout_s: float) -> None:
        self._path, self._timeout_s = path, timeout_s
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._asked = 0
        self._is_heard = True

    async def measure(self, picture: Pixels, front: tuple[Point, ...] | None) -> Pose | None:
        """What the picture shows; None when nobody answers in time."""
        try:
            async with asyncio.timeout(self._timeout_s):
                pose = await self._measure(picture, front)
        except (OSError, EOFError, TimeoutError, ValueError, KeyError, TypeError) as error:
            if self._is_heard:  # once, not nine times a second
                log.warning("pose.unanswered", reason=type(error).__name__)
            self._is_heard = False
            self.close()
            return None
        self._is_heard = True
        return pose

    async def look(self, picture: Pixels) -> dict[str, Any] | None:
        """Who is in a picture, as the values of `room.Glanced`; None when nobody answers in time.

        Waits longer than for a pose: the first look loads two nets.
        """
        try:
            async with asyncio.timeout(_LOOK_S):
                glanced = _glanced(await self._ask(picture, {"look": True}))
        except (OSError, EOFError, TimeoutError, ValueError, KeyError, TypeError) as error:
            if self._is_heard:  # once, not at each look
                log.warning("look.unanswered", reason=type(error).__name__)
            self._is_heard = False
            self.close()
            return None
        self._is_heard = True
        return glanced

    async def picture(self, pixels: Pixels) -> str:
        """These pixels as a JPEG in base64; nothing when nobody answers in time."""
        try:
            async with asyncio.timeout(self._timeout_s):
                return str((await self._ask(pixels, {"picture": True}))["picture"])
        except (OSError, EOFError, TimeoutError, ValueError, KeyError, TypeError) as error:
            log.warning("picture.unanswered", reason=type(error).__name__)
            return ""
        finally:
            self.close()

    async def warm_up(self) -> None:
        """Let the vision worker load its model now, some seconds before it is needed."""
        await self.measure(Pixels(width=32, height=32, rgb=bytes(32 * 32 * 3), at_s=0.0), None)
        self.close()

    async def _measure(self, picture: Pixels, front: tuple[Point, ...] | None) -> Pose:
        points = [[round(x, _POINT_DECIMALS), round(y, _POINT_DECIMALS)] for x, y in front or ()]
        return Pose.of(await self._ask(picture, {"front": points or None}), picture.at_s)

    async def _ask(self, picture: Pixels, wanted: dict[str, Any]) -> dict[str, Any]:
        reader, writer = await self._open()
        self._asked += 1
        size = {"width": picture.width, "height": picture.height}
        question = {"id": self._asked, **size, **wanted}
        head = json.dumps(question).encode()
        writer.write(_QUESTION.pack(len(head), len(picture.rgb)) + head)
        writer.write(picture.rgb)
        await writer.drain()
        answer = await self._answer(reader)
        if answer["id"] != self._asked:
            raise ValueError("an answer to another question")
        return answer

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None:
            self._streams = await asyncio.open_unix_connection(self._path)
        return self._streams

    async def _answer(self, reader: asyncio.StreamReader) -> dict[str, Any]:
        (length,) = _ANSWER.unpack(await reader.readexactly(_ANSWER.size))
        if length > _LONGEST_ANSWER:
            raise ValueError("an answer without end")
        answer: dict[str, Any] = json.loads(await reader.readexactly(length))
        return answer

    def close(self) -> None:
        """Hang up; the next question connects anew."""
        if self._streams is not None:
            with contextlib.suppress(OSError):
                self._streams[1].close()
            self._streams = None


def _glanced(answer: dict[str, Any]) -> dict[str, Any]:
    names = ("yaw_deg", "pitch_deg", "face_px", "bright", "light", "genuine")
    numbers = {name: _number(answer.get(name)) for name in names}
    return {
        "faces": int(answer["faces"]),
        "points": tuple((float(x), float(y)) for x, y in answer.get("points") or ()),
        "template": tuple(float(number) for number in answer.get("template") or ()),
        "picture": str(answer.get("picture") or ""),
        **numbers,
    }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
