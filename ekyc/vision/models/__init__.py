"""The model files that ship with the product, handed out only when their checksum is right.

Where each comes from, under which licence, and what loads it stands in MODELS.md beside this file;
a test compares that page with the table below.
"""

import gzip
import hashlib
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent

SHA256: Final[dict[str, str]] = {
    "OCRB.otf": "84558d47dbc19bb5887cc7b72ed62c64534fd00f0b569d28e6dc63b71fe27707",
    "Roboto-Regular.ttf": "d7ed1b600055cb91fa2f3975e56da73b212e3624e5e131062d5ea9ebfd420bc6",
    "face_landmarker.task": "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
    "lines.onnx": "65d556da6bc679a5bf5f424d3fcca309a66a516705b91149848158dfcf765a13",
    "mrz-band.onnx": "7fa36bc7ee99dfaa14e31ee050d82e0fa308bf581a2e930e0b8c0b452742f387",
    "mrz-glyphs.onnx": "28d0fc807dc86b5c310055a57f2aa8fdba7611beaf0a422b66e0e74db128943d",
    "refiner.onnx": "37ac0cca650c7e148e6e9d9f4619b3f747ebf97396398823aceec5d76f25ee86",
    "locator.onnx": "b2b7a1097de3dc5eb3e0e5921bcddc4adca1aa4e57efed6ff6cd9033126ddd51",
    "sface.onnx": "487a139eb85ccd5ff30aef7d0add7f12d2bb7abb90c5f08a7f481b452a660e00",
    "yunet.onnx": "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
    "vie.traineddata": "112f6fd1d04ab4cb0208cad9cada8de214ae33a1e4db3750ffcda69262aef0a8",
}
"""Name → SHA-256 of the file as its engine reads it (unpacked, where it ships as .gz)."""


class ModelDamaged(Exception):
    """A model file is not the one this version was tested with; fetch the checkout again."""


@cache
def path(name: str) -> Path:
    """The file `name` on disk, checked once per process; `ModelDamaged` when it differs.

    A model that ships as `name.gz` is unpacked once into the user's cache, in a folder of its own
    named after the checksum: tesseract finds a language by folder and file name.
    """
    packed = FOLDER / f"{name}.gz"
    file = _unpacked(packed, name) if packed.exists() else FOLDER / name
    if _sha256(file) != SHA256[name]:
        raise ModelDamaged(file)
    return file


def _unpacked(packed: Path, name: str) -> Path:
    file = _cache() / SHA256[name][:16] / name
    if file.exists() and _sha256(file) == SHA256[name]:
        return file
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Written aside and renamed: two workers may start at once.
    descriptor, aside = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(descriptor, "wb") as target:
        target.write(gzip.decompress(packed.read_bytes()))
    Path(aside).replace(file)
    return file


def _cache() -> Path:
    """`~/.cache/ekyc`, or a private folder under the temporary one where home is read-only."""
    wanted = Path.home() / ".cache" / "ekyc"
    try:
        wanted.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="ekyc-models-"))
    return wanted


def _sha256(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
