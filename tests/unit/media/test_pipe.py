"""Every event crosses the pipe as it was."""

import json
from datetime import UTC, datetime
from pathlib import PurePath
from typing import get_args

import pytest

from ekyc.domain import room
from ekyc.domain.room import RoomEvent
from ekyc.media.pipe import event_message, event_of

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
EVENTS: list[RoomEvent] = [
    room.PartyConnected(room="r", party="customer", at=AT),
    room.PartyDropped(room="r", party="customer", at=AT),
    room.RoomLive(room="r", at=AT),
    room.MovementProgress(
        room="r",
        movement="m",
        direction="left",
        phase="hold",
        fraction=0.7,
        yaw_deg=21.5,
        pitch_deg=None,
    ),
    room.MovementEnded(
        room="r",
        movement="m",
        direction="left",
        passed=False,
        reason="flat",
        peak_deg=22.0,
        planarity=0.01,
        seconds=3.2,
        limits_version="1",
        series=((0.1, 1.0, 2.0, None), (0.2, None, None, None)),
    ),
    room.MovementPictured(room="r", movement="m", picture="aGVhZA=="),
    room.Glanced(
        room="r",
        party="customer",
        at=AT,
        connection=2,
        faces=1,
        yaw_deg=1.5,
        pitch_deg=-3.0,
        face_px=120.0,
        bright=0.0,
        light=130.0,
        genuine=None,
        points=((1.0, 2.0), (3.0, 4.5)),
        template=(0.25, -0.5),
        picture="/9j/",
    ),
    room.Quality(
        room="r",
        party="agent",
        at=AT,
        kbps=900.0,
        loss=0.0,
        rtt_ms=None,
        fps=15.0,
        width=640,
        height=480,
    ),
    room.LineStepped(
        room="r", party="customer", step="low", at=AT, loss=0.2, rtt_ms=None, kbps=300.0
    ),
    room.RecordingClosed(
        room="r",
        party="agent",
        segment=1,
        path=PurePath("/spool/r-agent-1.webm"),
        started_at=AT,
        duration_ms=1000,
        size_bytes=10,
    ),
    room.RecordingInterrupted(room="r", party="agent", at=AT),
    room.RoomLost(room="r"),
]


def test_no_event_is_forgotten() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(RoomEvent))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_arrives_as_it_was_sent(event: RoomEvent) -> None:
    assert event_of(json.loads(json.dumps(event_message(event)))) == event
