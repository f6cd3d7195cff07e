"""Calls through real media workers: two people over WebRTC on loopback, nothing played."""

import asyncio
import os
import random
import re
import signal
import socket
import time
from pathlib import Path

import pytest

from ekyc.domain.errors import NoCommonCodec, NotFound, OfferRefused
from ekyc.domain.room import (
    PartyConnected,
    PartyDropped,
    Quality,
    RecordingClosed,
    RoomLive,
    RoomLost,
)
from ekyc.media.finish import finish
from ekyc.media.plane import MediaPlane
from ekyc.media.spool import spooled
from tests.plane import (
    BLUE,
    BOTH,
    RED,
    Ear,
    Film,
    a_plane,
    join,
    plain,
    sees,
    sees_more,
    until,
    vanish,
)

PARTIES = ["customer", "agent"]


async def open_call(plane: MediaPlane, room: str = "call", *, record: bool = True) -> None:
    """A room for a customer and an agent."""
    await plane.open_room(room, parties=PARTIES, hears=BOTH, record=record)


async def finished(ear: Ear, party: str, folder: Path) -> Film:
    """A party's recording as the file page plays it."""
    target = folder / f"{party}.webm"
    await asyncio.to_thread(finish, Path(ear.recordings()[party].path), target)
    return await asyncio.to_thread(Film, target)


async def test_two_people_see_and_hear_each_other_and_both_are_recorded(tmp_path: Path) -> None:
    async with a_plane(tmp_path) as (plane, ear):
        await open_call(plane)
        customer = await join(plane, "call", "customer", plain(RED))
        agent = await join(plane, "call", "agent", plain(BLUE))
        live = await ear.until(RoomLive)
        await asyncio.gather(sees(customer, BLUE), sees(agent, RED))
        await asyncio.sleep(4)
        began = time.time()
        await plane.close_room("call")
        assert time.time() - began < 2
        lasted_s = began - live.at.timestamp()
        for client in (customer, agent):
            assert client.received.pictures > 40
            assert client.received.loud_sounds > 150
            await client.close()
        ear_of = {"customer": agent, "agent": customer}
        for party in PARTIES:
            closed = ear.recordings()[party]
            assert closed.started_at == live.at
            assert closed.duration_ms / 1000 == pytest.approx(lasted_s, abs=1)
            film = await finished(ear, party, tmp_path)
            assert film.duration_s == pytest.approx(lasted_s, abs=1)
            assert film.pictures[0] < 1
            assert film.sounds[0] < 1
            seen, heard = ear_of[party].received.pictures, ear_of[party].received.sounds
            assert len(film.pictures) == pytest.approx(seen, rel=0.1)
            assert len(film.sounds) == pytest.approx(heard, rel=0.1)
        assert ear.all(PartyDropped) == []


async def test_a_customer_who_comes_back_is_in_the_same_call_and_the_same_file(
    tmp_path: Path,
) -> None:
    async with a_plane(tmp_path) as (plane, ear):
        await open_call(plane)
        customer = await join(plane, "call", "customer", plain(RED))
        agent = await join(plane, "call", "agent", plain(BLUE))
        await asyncio.gather(sees(customer, BLUE), sees(agent, RED))
        await customer.close()
        await ear.until(PartyDropped, party="customer", within_s=2)
        await asyncio.sleep(2)
        customer = await join(plane, "call", "customer", plain((30, 180, 30)))
        await ear.until(PartyConnected, party="customer", count=2)
        await asyncio.gather(sees(customer, BLUE), sees(agent, (30, 180, 30)))
        await sees_more(agent, 15)
        await plane.close_room("call")
        await asyncio.gather(customer.close(), agent.close())
        film = await finished(ear, "customer", tmp_path)
        assert len(film.gaps_s(1.5)) == 1
        assert (await finished(ear, "agent", tmp_path)).gaps_s(0.5) == []
        assert len(ear.all(RecordingClosed)) == 2
        assert len(ear.all(RoomLive)) == 1


async def test_a_reload_within_three_seconds_is_no_drop(tmp_path: Path) -> None:
    async with a_plane(tmp_path) as (plane, ear):
        await open_call(plane, record=False)
        agent = await join(plane, "call", "agent", plain(BLUE))
        customer = await join(plane, "call", "customer", plain(RED))
        await sees(agent, RED)
        vanish(customer)
        again = await join(plane, "call", "customer", plain((30, 180, 30)))
        await sees(agent, (30, 180, 30))
        assert ear.all(PartyDropped) == []
        await asyncio.gather(customer.close(), again.close(), agent.close())


async def test_a_phone_that_dies_is_noticed_within_three_and_a_half_seconds(
    tmp_path: Path,
) -> None:
    async with a_plane(tmp_path) as (plane, ear):
        await open_call(plane)
        customer = await join(plane, "call", "customer", plain(RED))
        agent = await join(plane, "call", "agent", plain(BLUE))
        await asyncio.gather(sees(customer, BLUE), sees(agent, RED))
        vanish(customer)
        began = time.monotonic()
        dropped = await ear.until(PartyDropped, within_s=6)
        assert dropped.party == "customer"
        assert 2 < time.monotonic() - began <= 3.5
        await asyncio.gather(customer.close(), agent.close())


async def test_hanging_up_is_noticed_at_once(tmp_path: Path) -> None:
    async with a_plane(tmp_path) as (plane, ear):
        await open_call(plane)
        customer = await join(plane, "call", "customer", plain(RED))
        await ear.until(PartyConnected)
        await customer.close()
        await ear.until(PartyDropped, within_s=1)


async def test_a_dead_worker_loses_its_rooms_and_less_than_a_second_of_them(
    tmp_path: Path,
) -> None:
    async with a_plane(tmp_path) as (plane, ear):
        await open_call(plane)
        customer = await join(plane, "call", "customer", plain(RED))
        agent = await join(plane, "call", "agent", plain(BLUE))
        live = await ear.until(RoomLive)
        await asyncio.gather(sees(customer, BLUE), sees(agent, RED))
        await asyncio.sleep(2.3)
        killed_s = time.time() - live.at.timestamp()
        os.kill(plane.pids[0], signal.SIGKILL)
        await ear.until(RoomLost, room="call")
        with pytest.raises(NotFound):
            await plane.answer("call", party="customer", offer="")
        for party in PARTIES:
            assert ear.recordings()[party].duration_ms / 1000 == pytest.approx(killed_s, abs=1)
            film = await finished(ear, party, tmp_path)
            assert 0 <= killed_s - film.until_s < 1
        await asyncio.gather(customer.close(), agent.close())
        await goes_on(plane, ear, tmp_path)


async def goes_on(plane: MediaPlane, ear: Ear, folder: Path) -> None:
    """The same call in the replacement: a second segment beside the first."""
    await open_call(plane)
    customer = await join(plane, "call", "customer", plain(RED))
    agent = await join(plane, "call", "agent", plain(BLUE))
    await asyncio.gather(sees(customer, BLUE), sees(agent, RED))
    await plane.close_room("call")
    await asyncio.gather(customer.close(), agent.close())
    assert ear.recordings()["customer"].segment == 2
    assert {each.segment for each in spooled(folder / "spool")} == {1, 2}


async def test_a_worker_that_hangs_is_replaced(tmp_path: Path) -> None:
    async with a_plane(tmp_path, silence_s=1.0) as (plane, ear):
        await open_call(plane)
        (stuck,) = plane.pids
        os.kill(stuck, signal.SIGSTOP)
        await ear.until(RoomLost, room="call")
        await open_call(plane, "next")
        assert plane.pids != [stuck]


async def test_a_worker_whose_house_is_gone_closes_its_recordings_and_leaves(
    tmp_path: Path,
) -> None:
    async with a_plane(tmp_path) as (plane, ear):
        await open_call(plane)
        customer = await join(plane, "call", "customer", plain(RED))
        agent = await join(plane, "call", "agent", plain(BLUE))
        await asyncio.gather(sees(customer, BLUE), sees(agent, RED))
        (pid,) = plane.pids
        os.kill(pid, signal.SIGINT)  # Ctrl-C reaches the whole group and must not end it
        await sees_more(agent, 5)
        plane._workers[0]._pipe.close()  # all a killed server leaves behind
        await ear.until(RoomLost)
        await asyncio.gather(customer.close(), agent.close())
        await until(lambda: not is_running(pid), within_s=5)
        for each in spooled(tmp_path / "spool"):
            await asyncio.to_thread(finish, each.path, tmp_path / f"{each.party}.webm")


def is_running(pid: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_strangers_cannot_break_a_handshake_nor_a_call(tmp_path: Path) -> None:
    alert = bytes([21, 0xFE, 0xFD, 0, 0]) + bytes(6) + b"\0\2" + bytes([2, 40])
    noise = [alert, b"\x80\x61" + bytes(60), b"\x80\xc8" + bytes(30), b"\x00\x01" + bytes(18), b"x"]
    async with a_plane(tmp_path, ports=(40800, 40803)) as (plane, ear):
        await open_call(plane, record=False)
        stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        stranger.setblocking(False)

        async def pester() -> None:
            while True:
                for port in range(40800, 40804):
                    for data in noise:
                        stranger.sendto(data, ("127.0.0.1", port))
                await asyncio.sleep(0.005)

        pestering = asyncio.create_task(pester())
        customer = await join(plane, "call", "customer", plain(RED))
        agent = await join(plane, "call", "agent", plain(BLUE))
        await asyncio.gather(sees(customer, BLUE), sees(agent, RED))
        await sees_more(agent, 30)
        pestering.cancel()
        stranger.close()
        assert ear.all(PartyDropped) == []
        await asyncio.gather(customer.close(), agent.close())


async def test_offers_that_cannot_be_used_are_refused_with_a_reason(tmp_path: Path) -> None:
    async with a_plane(tmp_path) as (plane, ear):
        await open_call(plane, record=False)
        agent = await join(plane, "call", "agent", plain(BLUE))
        await ear.until(PartyConnected)
        good = await agent.offer()
        h264 = re.sub("VP8", "H264", good)
        for bad, refusal in (
            ("", OfferRefused),
            ("v=0\r\nm=audio 9 x 0\r\n", OfferRefused),
            (good + "a=x:" + "y" * 40_000, OfferRefused),
            (good.replace("a=ice-pwd", "a=ice-pw"), OfferRefused),
            (good.replace("a=setup:actpass", "a=setup:never"), OfferRefused),
            (h264, NoCommonCodec),
        ):
            with pytest.raises(refusal):
                await plane.answer("call", party="agent", offer=bad)
        with pytest.raises(NotFound):
            await plane.answer("elsewhere", party="agent", offer=good)
        with pytest.raises(NotFound):
            await plane.answer("call", party="stranger", offer=good)
        assert ear.all(PartyDropped) == []  # and none of it disturbed the connection there was
        await agent.close()


async def test_the_device_test_hears_itself_and_is_measured(tmp_path: Path) -> None:
    async with a_plane(tmp_path, ports=(40900, 40909)) as (plane, ear):
        await plane.open_room(
            "test", parties=["customer"], hears={"customer": ["customer"]}, record=False
        )
        customer = await join(plane, "test", "customer", plain(RED))
        await sees(customer, RED)
        measured = await ear.until(Quality, count=4)
        assert measured.fps == pytest.approx(15, abs=4)
        assert (measured.width, measured.height) == (640, 480)
        assert measured.kbps > 50
        assert measured.loss == 0
        assert measured.rtt_ms is not None
        assert customer.received.loud_sounds > 50
        answer = await plane.answer("test", party="customer", offer=await customer.offer())
        ports = {int(port) for port in re.findall(r"127\.0\.0\.1 (\d+) typ host", answer)}
        assert ports <= set(range(40900, 40910))
        await customer.close()
        await plane.close_room("test")
        assert list(spooled(tmp_path / "spool")) == []


async def test_lost_packets_are_asked_for_and_recorded(tmp_path: Path) -> None:
    async with a_plane(tmp_path) as (plane, ear):
        await open_call(plane)
        customer = await join(plane, "call", "customer", plain(RED))
        agent = await join(plane, "call", "agent", plain(BLUE))
        await asyncio.gather(sees(customer, BLUE), sees(agent, RED))
        lose(customer, share=0.05)
        await asyncio.sleep(4)
        await plane.close_room("call")
        await asyncio.gather(customer.close(), agent.close())
        film = await finished(ear, "customer", tmp_path)
        assert film.gaps_s(0.5) == []
        assert len(film.pictures) > 4 * 15 * 0.9


def lose(client: object, *, share: float) -> None:
    """From now on this share of what a client sends is lost on the way."""
    connection = client._connection  # type: ignore[attr-defined]
    ice = connection.getTransceivers()[0].receiver.transport.transport._connection
    draw = random.Random(5)
    for protocol in ice._protocols:
        send = protocol.send_data

        async def sometimes(data: bytes, addr: tuple[str, int], send=send) -> None:  # type: ignore[no-untyped-def]
            if draw.random() >= share:
                await send(data, addr)

        protocol.send_data = sometimes


async def test_a_party_can_be_sent_away(tmp_path: Path) -> None:
    async with a_plane(tmp_path) as (plane, ear):
        await open_call(plane, record=False)
        customer = await join(plane, "call", "customer", plain(RED))
        await ear.until(PartyConnected)
        await plane.drop("call", party="customer")
        await ear.until(PartyDropped, within_s=1)
        await customer.close()
