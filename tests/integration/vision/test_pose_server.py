"""A room asks what a picture shows; whoever answers may die, the answer comes all the same."""

import asyncio
import json
import os
import re
import signal
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import cv2
import pytest
from structlog.testing import capture_logs

from ekyc.demo.face import Portrait, photograph
from ekyc.settings import Vision
from ekyc.vision import wire
from ekyc.vision.pose_server import PoseServer
from tests.limits import files_left

PIXELS = cv2.resize(photograph(Portrait.COLLINS), (320, 240)).tobytes()
WAIT_S = 30.0


class Caller:
    """A room's end of the socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._asked = 0

    async def ask(self, pixels: bytes = PIXELS, **more: Any) -> dict[str, Any]:
        self._asked += 1
        head = {"id": self._asked, "width": 320, "height": 240, "front": None, **more}
        self._writer.write(wire.packed(head, pixels))
        async with asyncio.timeout(WAIT_S):
            (length,) = wire.ANSWER.unpack(await self._reader.readexactly(wire.ANSWER.size))
            answer: dict[str, Any] = json.loads(await self._reader.readexactly(length))
        assert answer.pop("id") == self._asked
        return answer

    def hang_up(self) -> None:
        self._writer.close()


Call = Callable[[], Awaitable[Caller]]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[PoseServer]:
    server = PoseServer(Vision(silence_s=3.0), tmp_path / "run" / "pose.sock")
    await server.start()
    yield server
    await server.close()


@pytest.fixture
async def call(server: PoseServer, tmp_path: Path) -> AsyncIterator[Call]:
    callers: list[Caller] = []

    async def call() -> Caller:
        callers.append(Caller(*await asyncio.open_unix_connection(tmp_path / "run" / "pose.sock")))
        return callers[-1]

    yield call
    for caller in callers:
        caller.hang_up()


async def worker_of(server: PoseServer, *, other_than: int | None = None) -> int:
    for _ in range(round(WAIT_S / 0.05)):
        if server.pid is not None and server.pid != other_than:
            return server.pid
        await asyncio.sleep(0.05)
    raise TimeoutError


async def test_a_room_is_told_where_the_head_points(call: Call) -> None:
    caller = await call()
    front = await caller.ask()
    assert front["faces"] == 1
    assert front["planarity"] is None
    assert front["yaw_deg"] == pytest.approx(-0.8, abs=1)
    assert front["face_px"] == pytest.approx(96, abs=5)
    assert front["overexposed"] is False
    again = await caller.ask(front=front["points"])
    assert again["planarity"] == pytest.approx(0, abs=0.001)


async def test_an_empty_picture_has_null_angles(call: Call) -> None:
    nobody = await (await call()).ask(bytes(len(PIXELS)))
    assert nobody["faces"] == 0
    assert nobody["yaw_deg"] is None
    assert nobody["points"] == []


async def test_three_rooms_ask_at_once(call: Call) -> None:
    callers = [await call() for _ in range(3)]
    answers = await asyncio.gather(*(caller.ask() for caller in callers))
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize(
    "nonsense",
    [{"width": 10_000}, {"width": "wide"}, {"front": [[0, 0], ["x"]]}],
)
async def test_a_caller_who_talks_nonsense_is_hung_up_on_and_the_others_are_served(
    nonsense: dict[str, Any], call: Call
) -> None:
    stranger, room = await call(), await call()
    with pytest.raises(asyncio.IncompleteReadError):
        await stranger.ask(**nonsense)
    assert (await room.ask())["faces"] == 1


async def test_too_long_a_message_is_not_even_read(call: Call) -> None:
    stranger = await call()
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await stranger.ask(bytes(wire.BODY_BYTES // 8))


async def test_a_killed_worker_is_replaced_and_the_next_call_answered(
    server: PoseServer, call: Call
) -> None:
    first = await call()
    await first.ask()
    killed = await worker_of(server)
    os.kill(killed, signal.SIGKILL)
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await first.ask()
    # This one calls while nobody is there to answer: the socket is the house's.
    assert (await (await call()).ask())["faces"] == 1
    assert await worker_of(server) != killed


async def test_heads_are_measured_again_once_the_machine_has_files_to_open(
    server: PoseServer, call: Call
) -> None:
    killed = await worker_of(server)
    with capture_logs() as told, files_left(2):
        os.kill(killed, signal.SIGKILL)
        for _ in range(round(WAIT_S / 0.05)):
            if "OSError" in [line.get("reason") for line in told]:
                break
            await asyncio.sleep(0.05)
    assert "OSError" in [line.get("reason") for line in told]
    assert await worker_of(server, other_than=killed) != killed
    assert (await (await call()).ask())["faces"] == 1


async def test_a_silent_worker_is_replaced(server: PoseServer, call: Call) -> None:
    silenced = await worker_of(server)
    os.kill(silenced, signal.SIGSTOP)
    assert await worker_of(server, other_than=silenced) != silenced
    assert (await (await call()).ask())["faces"] == 1


async def test_the_worker_opens_no_socket_to_the_outside(server: PoseServer, call: Call) -> None:
    caller, worker = await call(), await worker_of(server)
    for number in range(5):
        await caller.ask(look=number == 2)
        assert await asyncio.to_thread(outside_sockets, worker) == []
    assert await asyncio.to_thread(ways_looked_for, worker) in {None, 0}


async def test_only_this_account_reaches_the_socket(server: PoseServer, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "pose.sock").stat().st_mode) == 0o600
    await server.close()
    assert not (folder / "pose.sock").exists()


async def test_a_socket_left_behind_by_a_killed_house_is_no_hindrance(tmp_path: Path) -> None:
    path = tmp_path / "pose.sock"
    path.touch()
    server = PoseServer(Vision(), path)
    await server.start()
    assert path.is_socket()
    await server.close()


def outside_sockets(pid: int) -> list[str]:
    """Internet sockets a process holds, by the kernel's own tables of its network."""
    held = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        if found := re.fullmatch(r"socket:\[(\d+)\]", str(file.readlink())):
            held.add(found[1])
    lines = []
    for table in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6"):
        text = Path(f"/proc/{pid}/net/{table}").read_text(encoding="ascii")
        lines += [line for line in text.splitlines()[1:] if line.split()[9] in held]
    return lines


def ways_looked_for(pid: int) -> int | None:
    """Packets sent and ways outside not found, counted by the kernel since a network was made.

    What a socket did that is long closed counts too. None where the process has no network of its
    own: then others are counted with it.
    """
    if Path(f"/proc/{pid}/ns/net").readlink() == Path("/proc/self/ns/net").readlink():
        return None
    names, values = (
        line.split()
        for line in Path(f"/proc/{pid}/net/snmp").read_text(encoding="ascii").splitlines()
        if line.startswith("Ip:")
    )
    six = Path(f"/proc/{pid}/net/snmp6").read_text(encoding="ascii").splitlines()
    told = [*zip(names, values, strict=True), *(line.split() for line in six)]
    return sum(int(value) for name, value in told if name.endswith(("OutRequests", "OutNoRoutes")))
