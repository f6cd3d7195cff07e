"""docs/sealed-recording.md is enough to open a file; its example is what this program writes."""

import re
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from ekyc.domain.seal import DataKey
from ekyc.sealed.form import CustomerKey, Sealer, sealed
from ekyc.sealed.reader import Reader

PAGE = (Path(__file__).parents[3] / "docs" / "sealed-recording.md").read_text(encoding="utf-8")
OWNER = CustomerKey(id="33" * 16, key=b"\x11" * 32)


def example() -> bytes:
    (text,) = re.findall(r"```\n([0-9a-f\n]+)```", PAGE)
    return bytes.fromhex(text.replace("\n", ""))


def test_the_reader_on_the_page_opens_the_example_and_what_we_write() -> None:
    names: dict[str, Any] = {}
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(program, names)  # noqa: S102 - our own page
    assert names["read"](example(), OWNER.key) == (b"picture and sound", True, 1)
    ours = sealed(bytes(100_000), OWNER.data_key(), file_id=bytes(16))
    assert names["read"](ours, OWNER.key) == (bytes(100_000), True, 0)


def test_the_example_is_what_is_written_and_is_read(tmp_path: Path) -> None:
    key = DataKey(
        customer_key=OWNER.id, key=b"\x22" * 32, wrapped=aes_key_wrap(OWNER.key, b"\x22" * 32)
    )
    sealer = Sealer(key, random=lambda count: (b"\x44" if count == 16 else b"\x55") * count)
    file = sealer.header + sealer.record(b"picture")
    sealer.record(b"lost")
    sealer.take_back()
    assert file + sealer.record(b" and sound") + sealer.end() == example()
    (tmp_path / "example.ekr").write_bytes(example())
    with Reader(tmp_path / "example.ekr", OWNER) as reader:
        assert (reader.read(0, 99), reader.missing) == (b"picture and sound", 1)
