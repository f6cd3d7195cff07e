"""RTP packets in a buffer (RFC 3550): where the payload lies, in hostile packets too."""

from collections.abc import Sequence
from struct import Struct

HEADER = Struct("!BBHLL")
"""Flags, marker and payload type, sequence number, timestamp, source."""
HEADER_BYTES = HEADER.size
ONE_BYTE_PROFILE = 0xBEDE  # RFC 8285 §4.2

_HAS_PADDING, _HAS_EXTENSION, _CSRC_COUNT = 0x20, 0x10, 0x0F


def payload_bounds(packet: Sequence[int], length: int) -> tuple[int, int] | None:
    """Start and end of the payload in the first `length` bytes; None when the header lies.

    Start equals end in packets that are padding only.
    """
    first = packet[0]
    start = HEADER_BYTES + 4 * (first & _CSRC_COUNT)
    if first & _HAS_EXTENSION:
        if start + 4 > length:
            return None
        start += 4 + 4 * (packet[start + 2] << 8 | packet[start + 3])
    end = length
    if first & _HAS_PADDING and start < length:
        padding = packet[length - 1]
        if padding == 0:
            return None
        end -= padding
    return (start, end) if HEADER_BYTES <= start <= end <= length else None


def three_byte_extension(packet: Sequence[int], end: int, wanted: int) -> int | None:
    """The 24-bit value of one-byte extension `wanted`, in a header that ends at `end`.

    Meant for abs-send-time; None when the packet does not carry it.
    """
    if not packet[0] & _HAS_EXTENSION:
        return None
    at = HEADER_BYTES + 4 * (packet[0] & _CSRC_COUNT)
    if packet[at] << 8 | packet[at + 1] != ONE_BYTE_PROFILE:
        return None
    at += 4
    while at < end:
        tag = packet[at]
        if tag >> 4 == wanted:
            if tag & 0x0F != 2 or at + 3 >= end:
                return None
            return packet[at + 1] << 16 | packet[at + 2] << 8 | packet[at + 3]
        at += 1 if tag == 0 else 2 + (tag & 0x0F)
    return None
