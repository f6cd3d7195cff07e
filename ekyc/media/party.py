"""One party of a room: its connection, which may be replaced, and what is made of its media."""

from collections.abc import Callable

from ekyc.crew import Crew
from ekyc.domain.ladder import Second
from ekyc.domain.pose import Baseline
from ekyc.domain.room import Glanced, Quality
from ekyc.media.clock import CLOCK
from ekyc.media.glances import Glances
from ekyc.media.guard import Budget, Sort
from ekyc.media.leg import Arrival, Leg
from ekyc.media.offer import Kind, Offer, Terms
from ekyc.media.ordering import Ordering
from ekyc.media.peer import Peer
from ekyc.media.poses import PoseSocket
from ekyc.media.pulse import Traffic
from ekyc.media.recorder import Recorder
from ekyc.media.relay import Care, Downlink, Uplink
from ekyc.media.vp8 import Assembler, Picture
from ekyc.media.watcher import Watcher
from ekyc.media.wire import Wire
from ekyc.settings import Media

_VIDEO_PATIENCE, _AUDIO_PATIENCE = 100, 4  # packets
_VIDEO_PATIENCE_S, _AUDIO_PATIENCE_S = 1.0, 0.2  # sound is not sent again, waiting gains nothing
_BACK_S = 0.5


class Party:
    """A name in a room, and the connection that is behind it at the moment.

    `changed` is called when its streams change, `came` and `left` when its media begins and stops.
    """

    def __init__(
        self,
        name: str,
        settings: Media,
        crew: Crew,
        *,
        came: Callable[["Party"], None],
        left: Callable[["Party"], None],
        changed: Callable[[], None],
    ) -> None:
        self.name, self._settings, self._crew = name, settings, crew
        self._came, self._left, self._changed = came, left, changed
        self._peer: Peer | None = None
        self.leg: Leg | None = None
        self.is_connected = False
        self.recorder: Recorder | None = None
        self.watcher: Watcher | None = None
        self.glances: Glances | None = None
        self.baseline: Baseline | None = None
        self._last_heard = 0.0
        self._sent_before = Traffic()

    # The connection

    async def answer(self, offer: Offer) -> str:
        """Take this offer's connection instead of the one there was; raises `OfferRefused`."""
        peer = self._new_peer()
        try:
            sdp = await peer.answer(offer)
        except BaseException:
            self._retire(peer)
            raise
        old, self._peer = self._peer, peer
        if old is not None:
            old.mute()  # what came until now is recorded, before its streams are let go
        self._unplug()
        self._retire(old)
        return sdp

    def _new_peer(self) -> Peer:
        budget = Budget(
            packets=self._settings.party_packets_per_s,
            octets=self._settings.party_kbps * 125,
            stranger_checks=self._settings.stranger_checks_per_s,
        )
        peer = Peer(
            budget,
            path=self._settings.path,
            on_up=lambda wire, terms: self._up(peer, wire, terms),
            on_packet=lambda sort, data, at: self._packet(peer, sort, data, at),
            on_down=lambda: self._down(peer),
        )
        return peer

    def _up(self, peer: Peer, wire: Wire, terms: Terms) -> Leg | None:
        if peer is not self._peer:
            return None
        care = Care(
            pli_interval_s=self._settings.pli_interval_ms / 1000,
            nack_interval_s=self._settings.nack_interval_ms / 1000,
            nack_tries=self._settings.nack_tries,
            history_packets=self._settings.history_packets,
        )
        self.leg = Leg(wire, terms, care, on_uplink=self._uplink)
        self.baseline = None  # another connection may be another person
        if self.recorder is not None:
            self.recorder.came_back()
        self._connected()
        return self.leg

    def _packet(self, peer: Peer, sort: Sort, data: bytes, at: float) -> None:
        if peer is self._peer and self.leg is not None:
            self.leg.receive(sort, data, at)

    def _down(self, peer: Peer) -> None:
        if peer is self._peer:
            peer.mute()
            self._unplug()
            self._disconnected()

    def _unplug(self) -> None:
        if self.leg is not None:
            self._last_heard = self.leg.last_heard
            self._sent_before.add(self.leg.traffic)
            self.leg.close()
            self.leg = None
            self._changed()

    def _connected(self) -> None:
        self.is_connected = True
        self._changed()
        self._came(self)

    def _disconnected(self) -> None:
        if self.is_connected:
            self.is_connected = False
            if self.recorder is not None:
                self.recorder.left()
            self._left(self)

    def _retire(self, peer: Peer | None) -> None:
        if peer is not None:
            peer.mute()
            self._crew.start(peer.close(), name=f"media.close-{self.name}")

    async def drop(self) -> None:
        """End the connection."""
        peer, self._peer = self._peer, None
        if peer is not None:
            peer.mute()
        self._unplug()
        self._disconnected()
        if peer is not None:
            await peer.close()

    # Its media

    def _uplink(self, uplink: Uplink) -> None:
        self._tap(uplink)
        self._changed()

    def record(self, recorder: Recorder) -> None:
        """Record from now on, pictures from the next keyframe."""
        if self._peer is not None:
            self._peer.settle()  # what came until now is older than the recording
        self.recorder = recorder
        self._retap()

    def stop_recording(self) -> Recorder | None:
        """Nothing more is added to the recording."""
        if self._peer is not None:
            self._peer.settle()
        recorder, self.recorder = self.recorder, None
        self._retap()
        return recorder

    def mend(self) -> None:
        """A part of the recording is lost: it goes on with the next whole picture."""
        if self.recorder is not None:
            self.recorder.mend()
        if self.leg is not None and (uplink := self.leg.uplinks.get("video")) is not None:
            self._tap(uplink)

    def watch(self, watcher: Watcher | None) -> None:
        """Let somebody look at the pictures, or nobody."""
        if self.watcher is not None:
            self.watcher.stop()
        self.watcher = watcher
        if self.recorder is None:
            self._retap()
        if watcher is not None:
            self.ask_key()

    def look(self, poses: PoseSocket, room: str, tell: Callable[[Glanced], None]) -> None:
        """Let somebody look every few seconds from now on, as long as it is recorded."""
        self.glances = Glances(
            poses,
            room=room,
            party=self.name,
            every_s=self._settings.look_s,
            ask_key=self.ask_key,
            tell=tell,
        )
        self.glances.begin()
        self._crew.start(self.glances.run(), name=f"media.look-{room}")

    def ask_key(self) -> None:
        """Ask the party's camera for a whole picture."""
        if self.leg is not None and (uplink := self.leg.uplinks.get("video")) is not None:
            uplink.ask_key()

    def _retap(self) -> None:
        for uplink in self.leg.uplinks.values() if self.leg else ():
            self._tap(uplink)

    def _tap(self, uplink: Uplink) -> None:
        if uplink.kind == "video":
            uplink.tap = self._video(uplink).push if self.recorder or self.watcher else None
        else:
            uplink.tap = self._audio(self.recorder).push if self.recorder else None

    def _video(self, uplink: Uplink) -> Ordering:
        assembler = Assembler(deliver=self._picture, ask_key=uplink.ask_key)
        uplink.ask_key()
        return Ordering(
            deliver=assembler.push,
            lost=assembler.lose,
            patience=_VIDEO_PATIENCE,
            patience_s=_VIDEO_PATIENCE_S,
        )

    def _audio(self, recorder: Recorder) -> Ordering:
        return Ordering(
            deliver=recorder.sound,
            lost=lambda: None,
            patience=_AUDIO_PATIENCE,
            patience_s=_AUDIO_PATIENCE_S,
        )

    def _picture(self, picture: Picture, at: float) -> None:
        if self.recorder is not None:
            self.recorder.picture(picture, at)
        if self.watcher is not None:
            self.watcher.push(picture, at)
        if self.glances is not None and picture.is_key:
            self.glances.push(picture)

    # Its time

    def tick(self, at: float) -> None:
        """Notice silence, and do what was put off."""
        if self.leg is not None:
            self.leg.tick(at)
            self._last_heard = self.leg.last_heard
        elif self._peer is not None and self._peer.is_late(at, self._settings.connect_s):
            peer, self._peer = self._peer, None
            self._retire(peer)
        if self.recorder is not None:
            self.recorder.tick(at)
        silent_s = at - self._last_heard
        if self.is_connected and silent_s > self._settings.drop_s:
            self._disconnected()
        elif not self.is_connected and self.leg is not None and silent_s < _BACK_S:
            self._connected()

    def account(self, room: str, at: float) -> tuple[Quality, float] | None:
        """What came in the last second, and its loss; None without a connection."""
        if self.leg is None or self._peer is None:
            return None
        self._peer.refresh()
        if self.recorder is not None:
            self._align(self.recorder, self.leg.uplinks)
        arrival: Arrival = self.leg.account(at)
        video = self.leg.uplinks.get("video")
        width, height = video.size if video else (0, 0)
        trip_s = self.leg.round_trip_s
        quality = Quality(
            room=room,
            party=self.name,
            at=CLOCK.now(),
            kbps=round(arrival.kbps, 1),
            loss=round(arrival.loss, 4),
            rtt_ms=None if trip_s is None else round(trip_s * 1000, 1),
            fps=round(arrival.fps, 1),
            width=width,
            height=height,
            sound=arrival.sound,
        )
        return quality, arrival.loss

    def line(self, quality: Quality, at: float) -> Second:
        """Both ways of its line; one nothing comes by lost everything."""
        down = self.leg.heard_loss(at) if self.leg is not None else 0.0
        is_silent = quality.kbps == 0 and self.leg is not None and bool(self.leg.uplinks)
        up = 1.0 if is_silent else quality.loss
        return Second(loss=max(up, down), rtt_ms=quality.rtt_ms, kbps=quality.kbps)

    def _align(self, recorder: Recorder, uplinks: dict[Kind, Uplink]) -> None:
        for kind, uplink in uplinks.items():
            if uplink.report is not None:
                recorder.reported(kind, uplink.report[0], uplink.report[1])

    @property
    def traffic(self) -> Traffic:
        """What was sent to it, over all its connections."""
        total = Traffic()
        for sent in (self._sent_before, *([self.leg.traffic] if self.leg else [])):
            total.add(sent)
        return total

    def hears(self, pair: int, kind: Kind) -> Downlink | None:
        """The party's own receiving stream of this pair and kind, if it has one."""
        if self.leg is None or pair >= len(self.leg.pairs):
            return None
        return self.leg.pairs[pair].get(kind)
