"""Calls through real media workers: two people over WebRTC on loopback, nothing played."""

import asyncio
import contextlib
import os
import random
import re
import signal
import socket
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from ekyc.demo.peer import MediaClient
from ekyc.domain.errors import Busy, NoCommonCodec, NotFound, OfferRefused
from ekyc.domain.room import (
    PartyConnected,
    PartyDropped,
    Quality,
    RecordingClosed,
    RoomLive,
    RoomLost,
    Seating,
)
from ekyc.media.spool import spooled
from ekyc.settings.media import PacketPath
from tests.plane import (
    AN_HOUR_BEHIND,
    BLUE,
    BOTH,
    PARTIES,
    RED,
    Film,
    House,
    a_house,
    finished,
    plain,
    sees,
    sees_more,
    until,
    vanish,
)

pytestmark = pytest.mark.live
GREEN = (30, 180, 30)


async def played(house: House, party: str, folder: Path) -> Film:
    """A party's recording as the file page plays it."""
    source = await asyncio.to_thread(finished, Path(house.recordings()[party].path), folder)
    return await asyncio.to_thread(Film, source)


@pytest.mark.parametrize("path", ["fast", "plain"])
async def test_two_people_see_and_hear_each_other_and_both_are_recorded(
    tmp_path: Path, path: PacketPath
) -> None:
    async with a_house(tmp_path, path=path) as house:
        await house.open_call()
        customer, agent = await house.meet()
        live = await house.until(RoomLive)
        await sees(agent, RED)
        await asyncio.gather(sees_more(agent, 45), sees_more(customer, 45))
        ended_at = AN_HOUR_BEHIND.now()  # whatever the machine's clock says
        await house.plane.close_room("call")
        lasted_s = (ended_at - live.at).total_seconds()
        for party, other in (("customer", agent), ("agent", customer)):
            assert other.received.loud_sounds > 100
            closed = house.recordings()[party]
            assert closed.started_at == live.at
            assert closed.duration_ms / 1000 == pytest.approx(lasted_s, abs=1)
            film = await played(house, party, tmp_path)
            assert film.duration_s == pytest.approx(lasted_s, abs=1)
            assert film.pictures[0] < 1
            assert film.sounds[0] < 1
            assert len(film.pictures) == pytest.approx(other.received.pictures, rel=0.15)
            assert len(film.sounds) == pytest.approx(other.received.sounds, rel=0.15)
        assert house.all(PartyDropped) == []


@pytest.mark.parametrize("path", ["fast", "plain"])
async def test_a_customer_who_comes_back_is_in_the_same_call_and_the_same_file(
    tmp_path: Path, path: PacketPath
) -> None:
    async with a_house(tmp_path, path=path) as house:
        await house.open_call()
        customer, agent = await house.meet()
        await customer.close()
        await house.until(PartyDropped, party="customer", within_s=2)
        await asyncio.sleep(2)
        customer = await house.join("customer", plain(GREEN))
        await house.until(PartyConnected, party="customer", count=2)
        await asyncio.gather(sees(customer, BLUE), sees(agent, GREEN))
        await sees_more(agent, 15)
        await house.plane.close_room("call")
        film = await played(house, "customer", tmp_path)
        assert len(film.gaps_s(1.5)) == 1
        assert (await played(house, "agent", tmp_path)).gaps_s(1.5) == []
        assert len(house.all(RecordingClosed)) == 2
        assert len(house.all(RoomLive)) == 1


async def test_a_whisper_reaches_one_ear_and_nobody_else_and_who_joins_is_recorded(
    tmp_path: Path,
) -> None:
    """The supervisor listens, whispers to the agent, joins, and leaves."""
    both = PARTIES
    listens = BOTH | {"supervisor": both}
    whispers = listens | {"agent": ["customer", "supervisor"]}
    joins = whispers | {"customer": ["agent", "supervisor"]}
    async with a_house(tmp_path) as house:
        await house.open_call()
        customer, agent = await house.meet()
        await house.until(RoomLive)

        async def arrange(hears: dict[str, list[str]], *, recorded: list[str] = both) -> None:
            seating = Seating(parties=["supervisor"], hears=hears, recorded=recorded)
            await house.plane.arrange("call", seating)

        await arrange(listens)
        supervisor = await house.join("supervisor", plain(GREEN))
        await asyncio.gather(
            until(lambda: supervisor.third.loud_sounds > 10, within_s=20),
            sees(supervisor, RED),
        )
        assert (agent.third.pictures, agent.third.sounds) == (0, 0)
        await arrange(whispers)
        await until(lambda: agent.third.loud_sounds > 50, within_s=20)
        assert (customer.third.pictures, customer.third.sounds) == (0, 0)  # not one packet
        await arrange(joins, recorded=[*both, "supervisor"])
        await until(lambda: customer.third.loud_sounds > 50, within_s=20)
        await house.plane.arrange("call", Seating(parties=[], hears=BOTH, recorded=both))
        closed = await house.until(RecordingClosed, party="supervisor")
        assert closed.duration_ms > 900  # what fifty sounds take
        await sees_more(customer, 15)  # the call goes on
        heard = customer.third.sounds
        await sees_more(customer, 15)
        assert (customer.third.sounds, len(house.all(RoomLive))) == (heard, 1)
        await house.plane.close_room("call")
        assert set(house.recordings()) == {"customer", "agent", "supervisor"}


async def test_a_reload_within_three_seconds_is_no_drop(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.open_call(record=False)
        customer, agent = await house.meet()
        vanish(customer)
        await house.join("customer", plain(GREEN))
        await sees(agent, GREEN)
        assert house.all(PartyDropped) == []


async def test_a_phone_that_dies_is_noticed_within_three_and_a_half_seconds(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path) as house:
        await house.open_call()
        customer, _ = await house.meet()
        vanish(customer)
        began = time.monotonic()
        dropped = await house.until(PartyDropped, within_s=6)
        assert dropped.party == "customer"
        assert 2 < time.monotonic() - began <= 3.5


async def test_hanging_up_is_noticed_at_once(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.open_call(record=False)
        customer = await house.join("customer", plain(RED))
        await house.until(PartyConnected)
        await customer.close()
        await house.until(PartyDropped, within_s=1)


async def test_a_party_can_be_sent_away(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.open_call(record=False)
        await house.join("customer", plain(RED))
        await house.until(PartyConnected)
        await house.plane.drop("call", party="customer")
        await house.until(PartyDropped, within_s=1)


async def test_a_dead_worker_loses_its_rooms_and_less_than_a_second_of_them(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path) as house:
        await house.open_call()
        guests = await house.meet()
        live = await house.until(RoomLive)
        await asyncio.sleep(2.3)
        killed_s = (AN_HOUR_BEHIND.now() - live.at).total_seconds()
        os.kill(house.plane.pids[0], signal.SIGKILL)
        await house.until(RoomLost, room="call")
        with pytest.raises(NotFound):
            await house.plane.answer("call", party="customer", offer="")
        for party in PARTIES:
            closed = house.recordings()[party]
            assert 0 <= killed_s - closed.duration_ms / 1000 < 1  # since the last write
            film = await played(house, party, tmp_path)
            late_s = 1  # what a sender may be behind on a busy machine before its times are mended
            assert 0 <= killed_s - film.until_s < 1 + late_s
        for guest in guests:
            await guest.close()
        await house.open_call()  # the same call, in the worker that replaces the dead one
        await house.meet()
        await house.plane.close_room("call")
        assert house.recordings()["customer"].segment == 2
        assert {each.segment for each in spooled(tmp_path / "spool")} == {1, 2}


async def test_a_worker_that_hangs_is_replaced(tmp_path: Path) -> None:
    async with a_house(tmp_path, silence_s=1.0) as house:
        await house.open_call()
        (stuck,) = house.plane.pids
        os.kill(stuck, signal.SIGSTOP)
        await house.until(RoomLost, room="call")
        await house.open_call()
        assert house.plane.pids != [stuck]


async def test_a_room_nobody_waited_for_is_not_taken_for_open(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.open_call()
        await house.plane.close_room("call")
        (stuck,) = house.plane.pids
        os.kill(stuck, signal.SIGSTOP)
        for _ in range(2):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await house.open_call()
        with pytest.raises(NotFound):
            await house.plane.drop("call", party="agent")
        os.kill(stuck, signal.SIGCONT)
        await house.open_call()
        await house.meet()


async def test_a_worker_whose_house_is_gone_closes_its_recordings_and_leaves(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path) as house:
        await house.open_call()
        _, agent = await house.meet()
        (pid,) = house.plane.pids
        os.kill(pid, signal.SIGINT)  # Ctrl-C reaches the whole group and must not end it
        await sees_more(agent, 5)
        house.plane._workers[0]._pipe.close()  # all that a killed server leaves behind
        await house.until(RoomLost)
        await until(lambda: not is_running(pid), within_s=5)
        for each in spooled(tmp_path / "spool"):
            film = await asyncio.to_thread(finished, each.path, tmp_path)
            assert (await asyncio.to_thread(Film, film)).until_s > 0


def is_running(pid: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_strangers_cannot_break_a_handshake_nor_a_call(tmp_path: Path) -> None:
    ports = range(40800, 40804)
    async with a_house(tmp_path, ports=(ports[0], ports[-1])) as house:
        await house.open_call(record=False)
        pestering = asyncio.create_task(pester(ports))
        _, agent = await house.meet()
        await sees_more(agent, 30)
        pestering.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await pestering
        assert house.all(PartyDropped) == []


async def pester(ports: range) -> None:
    """Somebody elsewhere forges all that a party might send."""
    alert = bytes([21, 0xFE, 0xFD, 0, 0]) + bytes(6) + b"\0\2" + bytes([2, 40])
    noise = [alert, b"\x80\x61" + bytes(60), b"\x80\xc8" + bytes(30), b"\x00\x01" + bytes(18), b"x"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.setblocking(False)
        while True:
            for port in ports:
                for data in noise:
                    with contextlib.suppress(OSError):
                        stranger.sendto(data, ("127.0.0.1", port))
            await asyncio.sleep(0.02)


async def test_offers_that_cannot_be_used_are_refused_with_a_reason(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.open_call(record=False)
        agent = await house.join("agent", plain(BLUE))
        await house.until(PartyConnected)
        good = await agent.offer()
        for bad, refusal in (
            ("", OfferRefused),
            ("v=0\r\nm=audio 9 x 0\r\n", OfferRefused),
            (good + "a=x:" + "y" * 40_000, OfferRefused),
            (good.replace("a=ice-pwd", "a=ice-pw"), OfferRefused),
            (good.replace("a=setup:actpass", "a=setup:never"), OfferRefused),
            (good.replace("VP8", "H264"), NoCommonCodec),
        ):
            with pytest.raises(refusal):
                await house.plane.answer("call", party="agent", offer=bad)
        for room, party in (("elsewhere", "agent"), ("call", "stranger")):
            with pytest.raises(NotFound):
                await house.plane.answer(room, party=party, offer=good)
        assert house.all(PartyDropped) == []  # none of it disturbed the connection there was


async def test_the_device_test_hears_itself_and_is_measured(tmp_path: Path) -> None:
    async with a_house(tmp_path, ports=(40900, 40909)) as house:
        await house.plane.open_room(
            "test", parties=["customer"], hears={"customer": ["customer"]}, seal=None
        )
        customer = await house.join("customer", plain(RED), room="test")
        await sees(customer, RED)
        measured = await house.until(Quality, count=4)
        assert measured.fps == pytest.approx(15, abs=6)
        assert (measured.width, measured.height) == (640, 480)
        assert measured.kbps > 50
        assert measured.rtt_ms is not None
        assert customer.received.loud_sounds > 50
        answer = await house.plane.answer("test", party="customer", offer=await customer.offer())
        found = {int(port) for port in re.findall(r"127\.0\.0\.1 (\d+) typ host", answer)}
        assert found <= set(range(40900, 40910))
        await house.plane.close_room("test")
        assert list(spooled(tmp_path / "spool")) == []


async def test_lost_packets_are_asked_for_and_recorded(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.open_call()
        customer, agent = await house.meet()
        lose(customer, share=0.05)
        await sees_more(agent, 60, within_s=30)
        await house.plane.close_room("call")
        film = await played(house, "customer", tmp_path)
        assert len(film.pictures) >= 60


Send = Callable[[bytes, tuple[str, int]], Coroutine[Any, Any, None]]


def lose(client: MediaClient, *, share: float) -> None:
    """From now on this share of what a client sends is lost on the way."""
    ice = client._connection.getTransceivers()[0].receiver.transport.transport._connection
    draw = random.Random(5)

    def careless(send: Send) -> Send:
        async def sometimes(data: bytes, addr: tuple[str, int]) -> None:
            if draw.random() >= share:
                await send(data, addr)

        return sometimes

    for protocol in ice._protocols:
        protocol.send_data = careless(protocol.send_data)  # type: ignore[assignment]


async def test_an_address_a_router_maps_here_is_offered_and_every_port_is_of_the_range(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, hosts=["203.0.113.9"], ports=(40910, 40910)) as house:
        await house.open_call(record=False)
        client = await house.join("customer", plain(RED))
        with pytest.raises(Busy):  # and no second socket fits into a range of one
            await house.plane.answer("call", party="agent", offer=await client.offer())
        offered = house.answers[0]
        assert "203.0.113.9 40910 typ host" in offered
        assert " 0.0.0.0 40910" not in offered


async def test_a_third_voice_is_heard_on_the_spare_pair(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.plane.open_room(
            "call",
            parties=["customer", "agent", "interpreter"],
            hears={"agent": ["customer", "interpreter"], "customer": ["agent"]},
            seal=None,
        )
        await house.join("customer", plain(RED))
        agent = await house.join("agent", plain(BLUE))
        interpreter = await house.join("interpreter", plain(GREEN))
        await house.until(RoomLive)
        await asyncio.gather(sees(agent, RED), sees(agent, GREEN, third=True))
        assert interpreter.received.pictures == 0  # nobody is heard but by the table


async def test_a_worker_loads_neither_database_nor_http_nor_models() -> None:
    """What the import contract says, asked of a real process."""
    question = (
        "import sys, ekyc.media.worker;"
        "print(*{name.partition('.')[0] for name in sys.modules}, *sys.modules)"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", question, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    loaded = set(said.decode().split())
    assert "aiortc" in loaded
    assert not loaded & {"sqlalchemy", "aiohttp", "cv2", "mediapipe", "ekyc.journey", "numpy"}
