"""The pose worker process: measures pictures that come over a Unix socket, for every call at once.

Run as `python -m ekyc.vision.pose_worker FD`. The house hands over the listening socket, so that a
worker that replaces another finds the callers already waiting.
"""

import asyncio
import base64
import contextlib
import socket
import sys
from typing import TYPE_CHECKING, Any, Final

from ekyc.vision import wire
from ekyc.vision.walls import confine

if TYPE_CHECKING:
    from ekyc.vision.face import FaceReader, Rgb
    from ekyc.vision.look import Looker

BEAT_S: Final = 0.5
PIXELS: Final = 640 * 480
"""Of the largest picture: looks are made at the call's size, poses at 320×240."""

HEAD_BYTES: Final = 16_384


class PoseWorker:
    """Answers questions one after the other; mediapipe is loaded with the first one."""

    def __init__(self, own: dict[str, Any] | None = None) -> None:
        self._faces: FaceReader | None = None
        self._looker: Looker | None = None
        self._own = own
        self._loading, self._looking = asyncio.Lock(), asyncio.Lock()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One caller, until it hangs up or talks nonsense."""
        try:
            while True:
                question, pixels = await wire.receive(
                    reader, head_bytes=HEAD_BYTES, body_bytes=PIXELS * 3
                )
                writer.write(wire.packed_answer(await self._answer(question, pixels)))
                await writer.drain()
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            return  # the next call connects anew
        finally:
            writer.close()

    async def _answer(self, question: wire.Head, pixels: bytes) -> wire.Head:
        if question.get("look"):
            async with self._looking:
                # Aside: a movement that is being watched does not wait for it.
                return {"id": question["id"]} | await asyncio.to_thread(
                    self._look, question, pixels
                )
        if question.get("picture"):
            return {
                "id": question["id"],
                "picture": await asyncio.to_thread(_kept, question, pixels),
            }
        async with self._loading:
            if self._faces is None:
                # Aside, so that the worker gives signs of life while mediapipe loads.
                self._faces = await asyncio.to_thread(_open_reader)
        # Measured on the loop itself: one landmarker, one picture at a time is the whole plan.
        return {"id": question["id"], **_measure(self._faces, question, pixels)}

    def _look(self, question: wire.Head, pixels: bytes) -> dict[str, Any]:
        if self._looker is None:
            self._looker = _open_looker(self._own)
        seen = self._looker.look(_picture(question, pixels))
        picture = base64.b64encode(seen.pop("picture", b"")).decode()
        return {**seen, "picture": picture}


def _open_looker(own: dict[str, Any] | None) -> "Looker":
    import cv2

    from ekyc.vision.look import Looker, OwnNet

    cv2.setNumThreads(1)
    return Looker(OwnNet(**own) if own else None)


def _open_reader() -> "FaceReader":
    import cv2

    from ekyc.vision.face import FaceReader

    cv2.setNumThreads(1)  # the machine belongs to the calls
    return FaceReader()


def _measure(faces: "FaceReader", question: wire.Head, pixels: bytes) -> dict[str, Any]:
    return faces.read(_picture(question, pixels), front=question["front"]).to_json()


def _kept(question: wire.Head, pixels: bytes) -> str:
    """The picture itself, for the file."""
    import cv2

    from ekyc.vision.image import jpeg

    bgr = cv2.cvtColor(_picture(question, pixels), cv2.COLOR_RGB2BGR)
    return base64.b64encode(jpeg(bgr)).decode()


def _picture(question: wire.Head, pixels: bytes) -> "Rgb":
    import numpy as np

    shape = int(question["height"]), int(question["width"]), 3
    return np.frombuffer(pixels, np.uint8).reshape(shape)


async def _beat(house: asyncio.StreamWriter) -> None:
    while True:
        house.write(b".")
        await house.drain()
        await asyncio.sleep(BEAT_S)


async def _serve(end: socket.socket, listening: socket.socket, own: dict[str, Any] | None) -> None:
    end.setblocking(False)
    _, house = await asyncio.open_connection(sock=end)
    server = await asyncio.start_unix_server(PoseWorker(own).serve, sock=listening)
    async with server:
        await _beat(house)


def main() -> None:
    """Serve until the house hangs up; the descriptor of its pipe is on the command line."""
    end = socket.socket(fileno=int(sys.argv[1]))
    with end.makefile("rb") as pipe:
        greeting, _ = wire.receive_from(pipe)
    end.sendall(wire.packed({"walled": confine(end, **greeting["walls"])}))
    listening = socket.socket(fileno=greeting["listening"])
    with contextlib.suppress(ConnectionError):
        asyncio.run(_serve(end, listening, greeting["own"]))


if __name__ == "__main__":
    main()
