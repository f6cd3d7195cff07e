"""Two people in real browsers, the real media plane between them; none of our pages."""

import asyncio
import base64
import io
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.container import InputContainer
from PIL import Image

from ekyc.domain.errors import NoCommonCodec
from ekyc.domain.room import PartyConnected, PartyDropped
from ekyc.media.plane import MediaPlane
from ekyc.sealed.reader import Source, Stream
from ekyc.settings import Media
from tests.browser.conftest import Invite
from tests.browser.people import DESK, Person
from tests.lossy import Way, through
from tests.plane import PARTIES, Film, a_house, finished

RED, LIME, BLUE = range(3)  # of a pixel's channels
FLOOR = Media().remb_floor_kbps * 1000
PAGE = """<!doctype html><html lang="en"><head><title>Call</title><link rel="icon" href="/icon">
</head><body><video id="far" autoplay playsinline></video><video id="film" muted></video>
</body></html>"""

OFFER = """async ({codec}) => {
  const stream = await navigator.mediaDevices.getUserMedia({audio: true, video: {width: 640}});
  const pc = window.pc = new RTCPeerConnection({iceServers: []});
  for (const track of [...stream.getAudioTracks(), ...stream.getVideoTracks()])
    pc.addTransceiver(track, {direction: 'sendrecv', streams: [stream]});
  for (const kind of ['audio', 'video']) pc.addTransceiver(kind, {direction: 'recvonly'});
  const {codecs} = RTCRtpReceiver.getCapabilities('video');
  const allowed = codecs.filter(({mimeType}) => [codec, 'video/rtx'].includes(mimeType));
  for (const one of pc.getTransceivers())
    if (codec && one.receiver.track.kind === 'video') one.setCodecPreferences(allowed);
  window.streams = {};
  pc.ontrack = ({streams: [from], track, transceiver}) => {
    (window.streams[from.id] ??= []).push(track.kind);
    if (transceiver.direction === 'sendrecv') document.getElementById('far').srcObject = from;
  };
  await pc.setLocalDescription();
  return pc.localDescription.sdp;
}"""
ANSWER = "sdp => pc.setRemoteDescription({type: 'answer', sdp})"
SEEN = """async () => {
  const seen = {frames: 0, sound: 0, lost: 0, asked: 0};
  for (const r of (await pc.getStats()).values()) {
    if (r.type === 'inbound-rtp' && r.kind === 'video' && r.framesDecoded) {
      seen.frames += r.framesDecoded;
      seen.lost += r.packetsLost;
    }
    if (r.type === 'inbound-rtp' && r.kind === 'audio') seen.sound += r.totalAudioEnergy || 0;
    if (r.type === 'outbound-rtp' && r.kind === 'video') seen.asked = r.pliCount;
  }
  return seen;
}"""
SENT = """async () => {
  for (const r of (await pc.getStats()).values())
    if (r.type === 'outbound-rtp' && r.kind === 'video')
      return {frames: r.framesEncoded, bits: r.targetBitrate, width: r.frameWidth};
}"""
SMALLER = """async by => {
  const [sender] = pc.getSenders().filter(({track}) => track?.kind === 'video');
  const wanted = sender.getParameters();
  for (const one of wanted.encodings) one.scaleResolutionDownBy = by;
  await sender.setParameters(wanted);
}"""
IS_COLOUR = """([id, channel]) => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 8;
  const pen = canvas.getContext('2d');
  pen.drawImage(document.getElementById(id), 0, 0, 8, 8);
  const pixel = [...pen.getImageData(4, 4, 1, 1).data].slice(0, 3);
  return pixel.every((value, i) => i === channel ? value > 150 : value < 100);
}"""
PLAY = """async base64 => {
  const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
  const film = document.getElementById('film');
  film.src = URL.createObjectURL(new Blob([bytes], {type: 'video/webm'}));
  const once = name => new Promise((done, fail) => {
    film.addEventListener(name, done, {once: true});
    film.addEventListener('error', () => fail(new Error(film.error.message)), {once: true});
  });
  await once('loadeddata');
  film.currentTime = film.duration / 2;
  await once('seeked');
  return {duration: film.duration, at: film.currentTime, width: film.videoWidth};
}"""


def _plain(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(file, "PNG")
    return file.getvalue()


async def _sit_down(person: Person, colour: str) -> None:
    headers = {"content-type": "text/html"}
    await person.page.route("**/*", lambda route: route.fulfill(body=PAGE, headers=headers))
    await person.page.goto("http://localhost/")
    await person.sees(_plain(colour))


async def _join(person: Person, plane: MediaPlane, party: str, *, codec: str = "") -> None:
    offer = await person.page.evaluate(OFFER, {"codec": codec})
    await person.page.evaluate(ANSWER, await plane.answer("call", party=party, offer=offer))


async def _is_shown(person: Person, channel: int, element: str = "far") -> None:
    asked = f"([id, channel]) => ({IS_COLOUR})([id, channel])"
    await person.page.wait_for_function(asked, arg=[element, channel])


async def _seen(person: Person) -> dict[str, Any]:
    seen: dict[str, Any] = await person.page.evaluate(SEEN)
    return seen


async def test_two_browsers_see_and_hear_each_other_and_what_was_recorded_plays(
    invite: Invite, tmp_path: Path
) -> None:
    customer, agent = await invite(), await invite(size=DESK)
    await _sit_down(customer, "red")
    await _sit_down(agent, "blue")
    async with a_house(tmp_path) as house:
        await house.open_call()
        await _join(customer, house.plane, "customer")
        await house.until(PartyConnected)
        await asyncio.sleep(1)  # who comes late sees nothing until a keyframe is asked for
        await _join(agent, house.plane, "agent")
        await _is_shown(agent, RED)
        await _is_shown(customer, BLUE)
        await customer.sees(_plain("lime"))
        await _is_shown(agent, LIME)
        await asyncio.sleep(3)
        for person in (customer, agent):
            seen = await _seen(person)
            assert seen["frames"] > 10
            assert seen["sound"] > 0
            assert seen["lost"] == 0
            streams = await person.page.evaluate("streams")
            assert streams == {"pair-0": ["audio", "video"], "pair-1": ["audio", "video"]}
        assert (await _seen(customer))["asked"] > 0
        await house.plane.close_room("call")
        for party in PARTIES:
            await _plays(customer, Path(house.recordings()[party].path), tmp_path)


async def _plays(person: Person, recording: Path, folder: Path) -> None:
    """The finished recording plays and seeks in this browser."""
    source = await asyncio.to_thread(finished, recording, folder)
    duration_s = (await asyncio.to_thread(Film, source)).duration_s
    film = base64.b64encode(await asyncio.to_thread(source.read, 0, source.size)).decode()
    played = await person.page.evaluate(PLAY, film)
    assert played["duration"] == pytest.approx(duration_s, abs=0.1)
    assert played["at"] == pytest.approx(played["duration"] / 2, abs=0.1)
    assert played["width"] == 640


async def test_a_browser_that_reloads_is_in_the_call_again(invite: Invite, tmp_path: Path) -> None:
    customer, agent = await invite(), await invite(size=DESK)
    await _sit_down(customer, "red")
    await _sit_down(agent, "blue")
    async with a_house(tmp_path) as house:
        await house.open_call()
        await _join(customer, house.plane, "customer")
        await _join(agent, house.plane, "agent")
        await _is_shown(agent, RED)
        await _sit_down(customer, "lime")
        await _join(customer, house.plane, "customer")
        await _is_shown(agent, LIME)
        await _is_shown(customer, BLUE)
        assert len(house.all(PartyConnected, party="customer")) == 2


async def test_a_closed_tab_is_noticed_in_time(invite: Invite, tmp_path: Path) -> None:
    customer = await invite()
    await _sit_down(customer, "red")
    async with a_house(tmp_path) as house:
        await house.open_call(record=False)
        await _join(customer, house.plane, "customer")
        await house.until(PartyConnected)
        await customer.page.close()
        await house.until(PartyDropped, within_s=3.5)


async def test_a_browser_that_speaks_another_codec_only_is_told_so(
    invite: Invite, tmp_path: Path
) -> None:
    customer = await invite()
    await _sit_down(customer, "red")
    async with a_house(tmp_path) as house:
        await house.open_call(record=False)
        with pytest.raises(NoCommonCodec):
            await _join(customer, house.plane, "customer", codec="video/VP9")
        await _join(customer, house.plane, "customer", codec="video/VP8")


@pytest.mark.timeout(120)
async def test_bad_lines_spoil_no_evidence_and_a_change_of_size_stays_in_the_film(
    invite: Invite, tmp_path: Path
) -> None:
    customer, agent = await invite(), await invite(size=DESK)
    await _sit_down(customer, "red")
    await _sit_down(agent, "blue")
    async with a_house(tmp_path) as house, AsyncExitStack() as ways:
        await house.open_call()
        uplink = await _join_through(ways, customer, house.plane, "customer")
        downlink = await _join_through(ways, agent, house.plane, "agent")
        await _is_shown(agent, RED)
        await _is_shown(customer, BLUE)
        begun = await customer.page.evaluate(SENT)

        await _is_bad_for(4, downlink, down=0.3)  # the agent's Wi-Fi
        sent = await customer.page.evaluate(SENT)
        assert sent["bits"] >= 0.8 * FLOOR, "the camera was told to send less"
        assert sent["width"] == 640
        await _is_bad_for(4, uplink, up=0.15)  # the customer's

        await customer.page.evaluate(SMALLER, 2)
        await agent.page.wait_for_function("document.getElementById('far').videoWidth === 320")
        ended = await customer.page.evaluate(SENT)
        await asyncio.sleep(1)
        await house.plane.close_room("call")
        recording = Path(house.recordings()["customer"].path)
        film = await asyncio.to_thread(finished, recording, tmp_path)
        sizes, times = await asyncio.to_thread(_pictures, film)
        assert sizes[-2:] == [640, 320]
        assert len(times) >= 0.98 * (ended["frames"] - begun["frames"])
        assert max(np.diff(times)) < 2  # a second of patience, then a whole picture is asked for


async def _is_bad_for(seconds: float, way: Way, *, up: float = 0.0, down: float = 0.0) -> None:
    """Packets are lost for a while; a second later all that could be mended is."""
    way.up, way.down, before = up, down, way.lost
    await asyncio.sleep(seconds)
    way.up = way.down = 0.0
    assert way.lost > before + 10
    await asyncio.sleep(1)


async def _join_through(ways: AsyncExitStack, person: Person, plane: MediaPlane, party: str) -> Way:
    """Join by a network the test holds in its hand."""
    offer = await person.page.evaluate(OFFER, {"codec": ""})
    answer = await plane.answer("call", party=party, offer=offer)
    way, answer = await ways.enter_async_context(through(answer))
    await person.page.evaluate(ANSWER, answer)
    return way


def _pictures(film: Source) -> tuple[list[int], list[float]]:
    """The widths in the order they came, and every picture's second."""
    widths: list[int] = []
    times: list[float] = []
    with av.open(Stream(film), "r") as reader:
        assert isinstance(reader, InputContainer)
        for frame in reader.decode(video=0):
            assert isinstance(frame, av.VideoFrame)
            times.append(frame.time or 0.0)
            if widths[-1:] != [frame.width]:
                widths.append(frame.width)
    return widths, times
