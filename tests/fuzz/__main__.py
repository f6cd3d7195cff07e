"""Fuzzes what strangers send: packets, one or a call's worth at a time, and what documents say.

    python -m tests.fuzz datagram tests/fuzz/datagrams -runs=10000000 -max_len=256
    python -m tests.fuzz call tests/fuzz/calls -runs=1000000 -max_len=1024
    python -m tests.fuzz zone FOLDER -runs=5000000 -max_len=100
    python -m tests.fuzz code FOLDER -runs=5000000 -max_len=200
    python -m tests.fuzz photograph FOLDER -runs=1000000 -max_len=2048

Needs atheris, the group `fuzz` of pyproject.toml; what follows the folder are libFuzzer's options.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import atheris

CHECKED = (
    "ekyc.media",
    "aiortc.rtp",
    "aioice.stun",
    "ekyc.domain.mrz",
    "ekyc.domain.citizen",
    "ekyc.vision.image",
    "PIL",
)

with atheris.instrument_imports(include=CHECKED):
    from tests.fuzz import codes, packets, photographs, zones


def _single() -> dict[str, bytes]:
    return {
        f"{name}-{number}": datagram
        for name, data in packets.seeds().items()
        for number, (datagram, _) in enumerate(packets.datagrams(data))
    }


def _numbered(seeds: Iterable[bytes]) -> dict[str, bytes]:
    return {str(number): seed for number, seed in enumerate(seeds)}


Tried = tuple[Callable[[bytes], None], Callable[[], Mapping[str, bytes]]]
TRIED: dict[str, Tried] = {
    "call": (packets.whole_call, packets.seeds),
    "datagram": (packets.every_parser, _single),
    "zone": (zones.every_zone, lambda: _numbered(zones.SEEDS)),
    "code": (codes.every_code, lambda: _numbered(codes.SEEDS)),
    "photograph": (photographs.every_photograph, photographs.seeds),
}

kind, folder = sys.argv.pop(1), Path(sys.argv[1])
tried, seeds = TRIED[kind]
for name, data in seeds().items():
    (folder / name).write_bytes(data)
atheris.Setup(sys.argv, tried)
atheris.Fuzz()
