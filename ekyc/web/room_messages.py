"""What the browsers in a room are told of a report, word for word."""

from collections.abc import Iterator
from typing import Any

from ekyc.domain.call import Movement, MovementState
from ekyc.domain.movement import Direction
from ekyc.domain.room import MovementEnded, MovementProgress, Quality, RoomEvent
from ekyc.domain.sequence import Drawing
from ekyc.web.sockets import Message

_FIGURES = ("kbps", "loss", "rtt_ms", "fps", "width", "height")
_UNMEASURED = {"yaw_deg": None, "pitch_deg": None, "extent": None}


def messages(event: RoomEvent) -> Iterator[Message]:
    """Of a movement, or of a party's line."""
    match event:
        case MovementProgress():
            known = {"state": MovementState.ASKED.value, "reason": None}
            measured = {"yaw_deg": event.yaw_deg, "pitch_deg": event.pitch_deg}
            how_far = {"phase": event.phase, "fraction": event.fraction, "extent": event.extent}
            yield _movement(event) | how_far | measured | known
        case MovementEnded():
            state = MovementState.PASSED if event.passed else MovementState.FAILED
            yield _movement(event) | _verdict(state, event.reason)
        case Quality():
            figures = {name: getattr(event, name) for name in _FIGURES}
            yield {"type": "quality", "party": event.party, **figures}
        case _:
            pass


def spoken(movement: Movement) -> Message:
    """Of a number to be said aloud: asked for, or judged by the agent."""
    about = {
        "type": "movement",
        "id": movement.id,
        "direction": Direction.NUMBER.value,
        "number": movement.number,
    }
    if movement.state is not MovementState.ASKED:
        return about | _verdict(movement.state, movement.reason)
    asked = {"phase": "say", "fraction": 0.0, "state": movement.state.value, "reason": None}
    return about | asked | _UNMEASURED


def sequence(made: Drawing, passed: int) -> Message:
    """Of a random sequence: which step is asked now, of how many, or how it ended."""
    return {
        "type": "sequence",
        "id": made.id,
        "state": made.state.value,
        "step": min(passed + 1, made.steps),
        "of": made.steps,
        "commitment": made.commitment,
    }


def _verdict(state: MovementState, reason: str | None) -> dict[str, Any]:
    over = {"phase": state.value, "fraction": 1.0, "state": state.value, "reason": reason}
    return over | _UNMEASURED


def _movement(event: MovementProgress | MovementEnded) -> dict[str, Any]:
    return {"type": "movement", "id": event.movement, "direction": event.direction}
