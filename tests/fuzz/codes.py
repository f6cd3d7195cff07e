"""What somebody could print as a code on a card; exceptions and empty fields are findings.

The codes' own decoder (zxing) is not tried here: it is a library's.
"""

from datetime import date
from typing import Final

from ekyc.domain import citizen

SEEDS: Final = tuple(
    said.encode()
    for said in (
        "000190004217|012345678|Đặng Thị Thu Thảo|02091990|Nữ|12, Phường Ba Đình, Hà Nội|15012022",
        "000190004217||Đặng Thị Thu Thảo|02091990|Nữ|Hà Nội|15012022",
        "000300004217||Lê An|02092010|Nam|Tổ 3, Phường A, Huế|15012025||Lê Bình|Đỗ Chi||",
        "000190004217",
        "1|2|3|4|5|6|7",
    )
)


def every_code(data: bytes) -> None:
    """The bytes as text, parted by bars as they are and by every other sign that came."""
    text = data.decode("utf-8", "replace")
    _read(text)
    for sign in set(text[:4]):
        _read(text.replace(sign, "|"))


def _read(text: str) -> None:
    fields = citizen.read_qr(text)
    if fields is None:
        return
    assert all(fields.values())
    assert citizen.citizen_number(fields["number"])
    assert fields.get("sex", "M") in {"M", "F"}
    for day in ("birth_date", "issue_date"):
        if day in fields:
            date.fromisoformat(fields[day])
