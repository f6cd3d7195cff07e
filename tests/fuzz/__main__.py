"""Fuzzes the packet path, one datagram or one call at a time, and machine-readable zones:

    python -m tests.fuzz datagram tests/fuzz/datagrams -runs=10000000 -max_len=256
    python -m tests.fuzz call tests/fuzz/calls -runs=1000000 -max_len=1024
    python -m tests.fuzz zone FOLDER -runs=5000000 -max_len=100

Needs atheris, the group `fuzz` of pyproject.toml; what follows the folder are libFuzzer's options.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(
    include=["ekyc.media", "aiortc.rtp", "aioice.stun", "ekyc.domain.mrz"]
):
    from tests.fuzz.packets import datagrams, every_parser, seeds, whole_call
    from tests.fuzz.zones import SEEDS, every_zone

kind, folder = sys.argv.pop(1), Path(sys.argv[1])
for number, zone in enumerate(SEEDS if kind == "zone" else ()):
    (folder / f"zone-{number}").write_bytes(zone)
for name, data in seeds().items() if kind != "zone" else ():
    if kind == "call":
        (folder / name).write_bytes(data)
        continue
    for number, (datagram, _) in enumerate(datagrams(data)):
        (folder / f"{name}-{number}").write_bytes(datagram)
tried = {"call": whole_call, "datagram": every_parser, "zone": every_zone}[kind]
atheris.Setup(sys.argv, tried)
atheris.Fuzz()
