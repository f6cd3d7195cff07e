"""The tables of the media plane: its worker processes, and the addresses it offers."""

import re
from typing import Literal, Self

from pydantic import Field, model_validator

from ekyc.settings.sections import Section

_TURN = re.compile(r"turns?:(\[[0-9a-fA-F:]+\]|[\w.-]+)(:\d{1,5})?(\?transport=(udp|tcp))?")
"""RFC 7065."""

PacketPath = Literal["fast", "plain"]
"""How packets are decrypted and encrypted: by ourselves with libsrtp, or by aiortc."""


class Media(Section):
    """Media worker processes."""

    path: PacketPath = Field(
        "fast",
        description="How packets pass: fast; plain is slower, for versions of aiortc, aioice and"
        " pylibsrtp the fast way does not fit",
    )

    workers: int = Field(1, ge=1, le=64, description="Media processes; one per core less one")
    silence_s: float = Field(
        10.0, gt=0, description="A worker that does not answer for this long is replaced, seconds"
    )
    stop_s: float = Field(
        10.0, gt=0, description="Longest wait for a worker to close its recordings, seconds"
    )
    connect_s: float = Field(
        30.0, gt=0, description="A connection that is not up after this is closed, seconds"
    )
    drop_s: float = Field(
        3.0, gt=0, description="A party nothing comes from counts as dropped after, seconds"
    )
    offer_max_bytes: int = Field(32768, ge=1024, description="Largest offer of a browser, bytes")
    offer_max_sections: int = Field(
        6, ge=2, le=16, description="Media sections in an offer: one audio and video pair per voice"
    )
    party_packets_per_s: int = Field(
        1500, ge=100, description="Packets taken from one party per second; more are dropped"
    )
    party_kbps: int = Field(
        6000, ge=200, description="Bit rate taken from one party; more is dropped, kbit/s"
    )
    stranger_checks_per_s: int = Field(
        50, ge=1, description="Connection checks of unknown addresses answered per second and port"
    )
    pli_interval_ms: int = Field(
        500, ge=50, description="A camera is asked for a whole picture at most this often, ms"
    )
    nack_interval_ms: int = Field(
        30, ge=5, description="A missing packet is asked for again at most this often, ms"
    )
    nack_tries: int = Field(10, ge=0, description="A missing packet is asked for at most, times")
    history_packets: int = Field(
        256, ge=64, le=8192, description="Packets kept per camera to answer those who missed one"
    )
    remb_floor_kbps: int = Field(
        700, ge=50, description="A camera is never told to send less for a listener's sake, kbit/s"
    )
    remb_ceiling_kbps: int = Field(
        1500, ge=100, description="A camera is told to send this at most, kbit/s"
    )
    remb_yield_loss: float = Field(
        0.1, gt=0, lt=1, description="Above this loss on the way up the floor gives way, 0 to 1"
    )
    ladder_low_loss: float = Field(
        0.1, gt=0, lt=1, description="Above this loss of a line its pictures become smaller, 0 to 1"
    )
    ladder_sound_loss: float = Field(
        0.2,
        gt=0,
        lt=1,
        description="Above this loss with small pictures the customer gets sound alone, 0 to 1",
    )
    ladder_good_loss: float = Field(
        0.03, ge=0, lt=1, description="Up to this loss a line is good enough for more, 0 to 1"
    )
    ladder_low_rtt_ms: float = Field(
        600.0, gt=0, description="Above this way there and back pictures become smaller, ms"
    )
    ladder_sound_rtt_ms: float = Field(
        1200.0, gt=0, description="Above this with small pictures: sound alone, ms"
    )
    ladder_good_rtt_ms: float = Field(
        400.0, gt=0, description="Up to this a line is good enough for more, ms"
    )
    ladder_starved_kbps: float = Field(
        60.0, ge=0, description="A line that is not good and carries less than this is bad, kbit/s"
    )
    ladder_down_s: float = Field(
        3.0, gt=0, description="A line that is bad for so long carries less, seconds"
    )
    ladder_up_s: float = Field(
        10.0, gt=0, description="A line that is good for so long carries more again, seconds"
    )
    ladder_longest_up_s: float = Field(
        80.0,
        gt=0,
        description="Once more was too much the next try waits twice as long, up to this, seconds",
    )
    ladder_low_kbps: int = Field(
        300, ge=50, description="A camera sends this at most on a bad line, kbit/s"
    )
    ladder_least_kbps: int = Field(
        150, ge=50, description="The least a recording needs of a picture, kbit/s"
    )
    gather_ms: float = Field(
        20.0,
        ge=1,
        le=100,
        description="Packets are passed on at once, and recorded together after this, ms",
    )
    cluster_ms: int = Field(
        250, ge=100, le=1000, description="Recordings are written at least this often, ms"
    )
    fsync_s: float = Field(
        1.0, gt=0, description="Written recordings reach the disk at least this often, seconds"
    )
    backlog_mb: int = Field(
        64, ge=1, description="Unwritten recording kept in memory while the disk stalls, MB"
    )
    look_s: float = Field(
        5.0,
        ge=2,
        le=60,
        description="Between two looks at who is before the customer's camera, seconds; each asks "
        "for a whole picture",
    )
    movement_fps: float = Field(
        9.0, gt=0, le=30, description="Pictures measured per second while a movement runs"
    )
    pose_s: float = Field(
        5.0, gt=0, description="Longest wait for the measurement of one picture, seconds"
    )

    @model_validator(mode="after")
    def ladder_has_steps(self) -> Self:
        """What is bad is worse than what is good, or a line would go up and down for ever."""
        for unit in ("loss", "rtt_ms"):
            good, low, sound = (
                getattr(self, f"ladder_{step}_{unit}") for step in ("good", "low", "sound")
            )
            if not good < low <= sound:
                raise ValueError(f"ladder_…_{unit}: good is below low, low not above sound")
        return self


class Ice(Section):
    """Addresses of the media plane."""

    hosts: list[str] = Field(
        default_factory=list,
        description="Addresses offered to browsers; empty: all found on this machine",
    )
    port_min: int = Field(40000, ge=1024, le=65535, description="Lowest UDP port")
    port_max: int = Field(40999, ge=1024, le=65535, description="Highest UDP port")
    turn_urls: list[str] = Field(
        default_factory=list,
        description="Your TURN server, for browsers no UDP of which gets here: turn:, turns:",
    )
    turn_secret_file: str = Field(
        "", description="File with coturn's static-auth-secret, readable by its owner alone"
    )
    turn_minutes: float = Field(
        40.0, ge=1, description="A name for the TURN server, made for one join, is good for so long"
    )
    relay_only: bool = Field(
        False, description="Browsers go through the TURN server alone: to try it, not to work with"
    )

    @model_validator(mode="after")
    def ports_are_a_range(self) -> Self:
        """The lowest port is not above the highest."""
        if self.port_min > self.port_max:
            raise ValueError("port_min: above port_max")
        return self

    @model_validator(mode="after")
    def turn_is_whole(self) -> Self:
        """An address of a TURN server is nothing without its secret, nor the other way round."""
        if not all(_TURN.fullmatch(url) for url in self.turn_urls):
            raise ValueError("turn_urls: turn:host:port or turns:host:port, ?transport=udp or tcp")
        if bool(self.turn_urls) != bool(self.turn_secret_file):
            raise ValueError("turn_urls, turn_secret_file: one is nothing without the other")
        if self.relay_only and not self.turn_urls:
            raise ValueError("relay_only: there are no turn_urls")
        return self
