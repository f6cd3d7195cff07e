"""Fuzzes the packet path, one datagram or one call at a time:

    python -m tests.fuzz datagram tests/fuzz/datagrams -runs=10000000 -max_len=256
    python -m tests.fuzz call tests/fuzz/calls -runs=1000000 -max_len=1024

Needs atheris, the group `fuzz` of pyproject.toml; what follows the folder are libFuzzer's options.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["ekyc.media", "aiortc.rtp", "aioice.stun"]):
    from tests.fuzz.packets import datagrams, every_parser, seeds, whole_call

kind, folder = sys.argv.pop(1), Path(sys.argv[1])
for name, data in seeds().items():
    if kind == "call":
        (folder / name).write_bytes(data)
        continue
    for number, (datagram, _) in enumerate(datagrams(data)):
        (folder / f"{name}-{number}").write_bytes(datagram)
atheris.Setup(sys.argv, whole_call if kind == "call" else every_parser)
atheris.Fuzz()
