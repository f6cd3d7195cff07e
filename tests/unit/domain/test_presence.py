"""What the looks at a customer add up to: nobody is doubted for one look, everybody for several."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ekyc.domain.presence import Raised, Seen, Signal, names_a_program, observe, of_movement
from ekyc.domain.room import Glanced

ANNA, BINH = (1.0, 0.1, 0.0), (0.0, 0.1, 1.0)
LOOK = Glanced(
    room="call",
    party="customer",
    at=datetime(2026, 11, 22, tzinfo=UTC),
    connection=1,
    faces=1,
    yaw_deg=2.0,
    pitch_deg=-3.0,
    face_px=150.0,
    bright=0.01,
    light=120.0,
    genuine=None,
    points=(),
    template=ANNA,
    picture="",
)


def looks(*seen: Glanced) -> list[tuple[Signal, ...]]:
    """What each look raised."""
    so_far, raised = Seen(), []
    for look in seen:
        so_far, found = observe(so_far, look)
        raised.append(tuple(one.signal for one in found))
    return raised


def test_a_call_begins_with_somebody_after_three_good_looks() -> None:
    seen = Seen()
    fresh = []
    for look in (LOOK, replace(LOOK, template=()), LOOK, LOOK, LOOK):
        seen, _ = observe(seen, look)
        fresh.append(seen.is_fresh)
    assert fresh == [False, False, False, True, False]
    assert seen.template == pytest.approx(ANNA)


def test_whoever_connects_anew_is_known_again_after_three_good_looks() -> None:
    seen, fresh = Seen(), []
    back = replace(LOOK, connection=2, template=BINH)
    for look in (LOOK, LOOK, LOOK, back, back, back):
        seen, _ = observe(seen, look)
        fresh.append(seen.is_fresh)
    assert fresh == [False, False, True, False, False, True]
    assert seen.template == pytest.approx(ANNA)
    assert seen.newest == pytest.approx(BINH)


def test_another_person_who_comes_back_is_told_once() -> None:
    back = replace(LOOK, connection=2, template=BINH)
    assert looks(LOOK, LOOK, LOOK, back, back, back)[3:] == [(), (Signal.ANOTHER_PERSON,), ()]


def test_somebody_who_takes_the_place_before_the_call_knows_its_customer_is_told_too() -> None:
    assert looks(LOOK, replace(LOOK, template=BINH), replace(LOOK, template=BINH))[-1] == (
        Signal.ANOTHER_PERSON,
    )


def test_a_turned_head_neither_raises_nor_ends_the_doubt() -> None:
    other, turned = replace(LOOK, template=BINH), replace(LOOK, template=())
    assert looks(LOOK, LOOK, LOOK, other, turned, other)[-1] == (Signal.ANOTHER_PERSON,)
    assert not any(looks(LOOK, LOOK, LOOK, other, LOOK, other))


@pytest.mark.parametrize(
    ("doubtful", "signal"),
    [
        (replace(LOOK, faces=2), Signal.SEVERAL_FACES),
        (replace(LOOK, bright=0.6), Signal.TOO_BRIGHT),
        (replace(LOOK, light=12.0), Signal.TOO_DARK),
        (replace(LOOK, genuine=0.1), Signal.OWN_NET),
    ],
)
def test_a_doubt_has_to_last(doubtful: Glanced, signal: Signal) -> None:
    assert looks(LOOK, doubtful, LOOK, doubtful, doubtful, doubtful) == [
        *[()] * 4,
        (signal,),
        (),
    ]


def test_a_picture_in_which_nothing_moves_is_told_and_one_that_breathes_is_not() -> None:
    eyes = ((100.0, 100.0), (160.0, 100.0))
    still = replace(LOOK, points=eyes)
    breathing = [replace(LOOK, points=(eyes[0], (160.0, 100.0 + n % 2))) for n in range(6)]
    assert looks(*[still] * 4)[-1] == (Signal.FROZEN,)
    assert not any(looks(*breathing))


def test_whoever_turns_before_the_request_can_be_heard_is_told() -> None:
    turn = tuple((t / 10, 25.0 if t else 8.0, 0.0, 0.15) for t in range(5))
    assert of_movement("left", turn, reason=None) == (Raised(signal=Signal.TOO_QUICK, figure=0.0),)
    late = tuple((t + 0.4, yaw, pitch, flat) for t, yaw, pitch, flat in turn)
    assert of_movement("left", late, reason=None) == ()
    assert of_movement("right", turn, reason=None) == ()


def test_a_picture_turned_in_the_hand_falls_short_and_stays_flat() -> None:
    print_ = tuple((1 + t / 10, float(t), 0.0, 0.008) for t in range(8))
    assert of_movement("left", print_, reason="timeout") == (
        Raised(signal=Signal.FLAT, figure=0.008),
    )
    person = tuple((1 + t / 10, float(t), 0.0, 0.05) for t in range(8))
    assert of_movement("left", person, reason="timeout") == ()


@pytest.mark.parametrize(
    ("label", "is_program"),
    [
        ("OBS Virtual Camera", True),
        ("FaceTime HD Camera", False),
        ("camera2 1, facing front", False),
    ],
)
def test_a_cameras_name_may_be_a_programs(label: str, *, is_program: bool) -> None:
    assert names_a_program(label) is is_program
