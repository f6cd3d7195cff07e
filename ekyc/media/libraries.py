"""Whether aiortc, aioice and pylibsrtp still have the names we rest on, public or not."""

from collections.abc import Sequence

import aioice.ice
import pylibsrtp
from aiortc import RTCConfiguration, RTCPeerConnection

from ekyc.settings.media import PacketPath

_Wanted = Sequence[tuple[object, Sequence[str]]]


class LibraryChanged(RuntimeError):
    """A name we rest on is gone: the installed version is not the tested one."""


async def check_libraries(path: PacketPath) -> None:
    """Raise `LibraryChanged` when this path of packets misses a name; a few ms, once at start."""
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    try:
        transceiver = connection.addTransceiver("video")
        dtls = transceiver.receiver.transport
        ice = getattr(dtls.transport, "_connection", None)
        either = _missing(
            [
                (transceiver.sender, ("send",)),
                (transceiver.receiver, ("receive",)),
                (ice, ("_protocols", "_check_list", "_queue")),
                (aioice.ice, ("get_host_addresses",)),
                (aioice.ice.StunProtocol, ("datagram_received",)),
                (aioice.ice.CandidatePair, ("State", "remote_addr")),
            ]
        )
        plain = _missing([(dtls, ("_handle_rtp_data", "_handle_rtcp_data", "_send_rtp"))])
        fast = _missing(_fast(dtls, ice))
    finally:
        await connection.close()
    missing = either + (fast if path == "fast" else plain)
    if missing:
        has_way_out = path == "fast" and not either and not plain
        raise LibraryChanged(
            "ekyc needs aiortc 1.16, aioice 0.13 and pylibsrtp 1.0; missing: "
            + ", ".join(missing)
            + ('; media.path = "plain" is slower and does without' if has_way_out else "")
        )


def _fast(dtls: object, ice: object) -> _Wanted:
    """Packets decrypted and encrypted where they stand, by libsrtp itself."""
    binding = getattr(pylibsrtp, "_binding", None)
    return [
        (dtls, ("_rx_srtp", "_tx_srtp")),
        (ice, ("_nominated",)),
        (pylibsrtp.Session(), ("_srtp",)),
        (getattr(binding, "lib", None), ("srtp_protect", "srtp_unprotect")),
        (getattr(binding, "ffi", None), ("addressof", "cast", "new", "typeof")),
    ]


def _missing(wanted: _Wanted) -> list[str]:
    return [f"{owner!r}.{n}" for owner, names in wanted for n in names if not hasattr(owner, n)]
