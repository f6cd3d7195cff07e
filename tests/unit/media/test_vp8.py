"""Pictures come whole or not at all, whatever the packets look like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekyc.media import vp8
from tests.samples import packets, pictures


class Viewer:
    """Sees pictures and counts requests for a keyframe."""

    def __init__(self) -> None:
        self.seen: list[tuple[vp8.Picture, float]] = []
        self.asked = 0
        self.assembler = vp8.Assembler(deliver=self._see, ask_key=self._ask)

    def _see(self, picture: vp8.Picture, at: float) -> None:
        self.seen.append((picture, at))

    def _ask(self) -> None:
        self.asked += 1

    def take(self, number: int, *, at: float = 0.0) -> None:
        """All packets of one sample picture."""
        for marker, payload in packets(pictures(6)[number], picture_id=number):
            self.assembler.push(number * 6000, marker, payload, at)


def test_a_keyframe_and_what_builds_on_it_come_out_as_they_were_encoded() -> None:
    viewer = Viewer()
    for number in range(6):
        viewer.take(number)
    assert [picture.data for picture, _ in viewer.seen] == list(pictures(6))
    assert [picture.is_key for picture, _ in viewer.seen] == [True] + [False] * 5
    assert (viewer.seen[0][0].width, viewer.seen[0][0].height) == (160, 120)
    assert [picture.timestamp for picture, _ in viewer.seen] == [n * 6000 for n in range(6)]


def test_a_picture_counts_from_the_arrival_of_its_first_packet() -> None:
    viewer = Viewer()
    for late, (marker, payload) in enumerate(packets(pictures(1)[0], picture_id=0)):
        viewer.assembler.push(0, marker, payload, 10.0 + late)
    assert viewer.seen[0][1] == 10.0


def test_nothing_is_shown_before_the_first_keyframe() -> None:
    viewer = Viewer()
    viewer.take(3)
    assert viewer.seen == []
    viewer.take(0)
    assert len(viewer.seen) == 1


def test_after_a_loss_nothing_is_shown_until_the_next_keyframe() -> None:
    viewer = Viewer()
    viewer.take(0)
    viewer.assembler.lose()
    viewer.take(1)
    assert viewer.asked == 1
    assert len(viewer.seen) == 1
    viewer.take(0)
    viewer.take(1)
    assert len(viewer.seen) == 3


def test_padding_between_packets_changes_nothing() -> None:
    viewer = Viewer()
    for marker, payload in packets(pictures(1)[0], picture_id=0):
        viewer.assembler.push(0, marker, payload, 0.0)
        viewer.assembler.push(0, False, b"", 0.0)
    assert viewer.seen[0][0].data == pictures(1)[0]


def test_a_keyframe_that_is_cut_off_is_no_picture() -> None:
    viewer = Viewer()
    viewer.assembler.push(0, True, b"\x10\x00\x00\x00\x9d\x01", 0.0)
    assert viewer.seen == []
    assert viewer.asked == 1


@pytest.mark.parametrize(
    ("payload", "length"),
    [
        (b"\x10\x00", 1),
        (b"\x90\x80\x11\x00", 3),  # picture id of 7 bits
        (b"\x90\x80\x80\x11\x00", 4),  # of 15
        (b"\x90\xc0\x11\x22\x00", 4),  # and a temporal index
        (b"\x90\xf0\x80\x11\x22\x33\x00", 6),  # and the byte T and K share
        (b"\x10", None),
        (b"\x90", None),
        (b"\x90\x80", None),
        (b"\x90\xf0\x80\x11\x22\x33", None),
        (b"", None),
    ],
)
def test_a_descriptor_is_measured_and_never_read_past_its_packet(
    payload: bytes, length: int | None
) -> None:
    assert vp8.descriptor_bytes(payload) == length


def test_the_size_is_read_from_the_packet_a_keyframe_begins_in() -> None:
    key, delta = pictures(2)
    assert vp8.key_size(next(packets(key, picture_id=1))[1]) == (160, 120)
    assert vp8.key_size(next(packets(delta, picture_id=2))[1]) is None


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=40)), max_size=30))
def test_no_bytes_make_the_assembler_raise(stream: list[tuple[bool, bytes]]) -> None:
    viewer = Viewer()
    for marker, payload in stream:
        vp8.key_size(payload)
        viewer.assembler.push(0, marker, payload, 0.0)
