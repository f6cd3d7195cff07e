"""Where a packet's payload lies, in honest and in hostile packets."""

from struct import pack

from hypothesis import given
from hypothesis import strategies as st

from ekyc.media.rtp import HEADER, payload_bounds, three_byte_extension

PLAIN = HEADER.pack(0x80, 97, 1, 2, 3)
EXTENDED = HEADER.pack(0x90, 97, 1, 2, 3) + pack("!HHL", 0xBEDE, 1, 3 << 28 | 2 << 24 | 0x123456)


def test_the_payload_begins_after_the_header() -> None:
    assert payload_bounds(PLAIN + b"abc", 15) == (12, 15)


def test_contributing_sources_and_extensions_are_stepped_over() -> None:
    packet = HEADER.pack(0x92, 97, 1, 2, 3) + bytes(8) + pack("!HH", 0xBEDE, 1) + bytes(4) + b"abc"
    assert payload_bounds(packet, len(packet)) == (28, 31)


def test_padding_is_left_out_up_to_a_packet_that_is_nothing_else() -> None:
    padded = HEADER.pack(0xA0, 97, 1, 2, 3)
    assert payload_bounds(padded + b"abc\0\2", 17) == (12, 15)
    assert payload_bounds(padded + b"\0\0\3", 15) == (12, 12)


def test_padding_longer_than_the_packet_is_a_lie() -> None:
    padded = HEADER.pack(0xA0, 97, 1, 2, 3)
    assert payload_bounds(padded + b"\0\0\xff", 15) is None
    assert payload_bounds(padded + b"\0\0\0", 15) is None


def test_an_extension_longer_than_the_packet_is_a_lie() -> None:
    packet = HEADER.pack(0x90, 97, 1, 2, 3) + pack("!HH", 0xBEDE, 9) + b"abc"
    assert payload_bounds(packet, len(packet)) is None
    assert payload_bounds(HEADER.pack(0x90, 97, 1, 2, 3), 12) is None


def test_the_time_of_sending_is_found_among_extensions() -> None:
    assert three_byte_extension(EXTENDED, len(EXTENDED), 3) == 0x123456
    assert three_byte_extension(EXTENDED, len(EXTENDED), 4) is None
    assert three_byte_extension(PLAIN, 12, 3) is None


@given(st.binary(min_size=12, max_size=80))
def test_no_bytes_lead_outside_the_packet(data: bytes) -> None:
    bounds = payload_bounds(data, len(data))
    if bounds is not None:
        start, end = bounds
        assert 12 <= start <= end <= len(data)
        value = three_byte_extension(data, start, 3)
        assert value is None or 0 <= value < 1 << 24
