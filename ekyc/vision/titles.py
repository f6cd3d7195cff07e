"""Tells a side of a document by the words every one of its kind carries in its upper third."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ekyc.domain.document import Kind, Side
from ekyc.domain.names import appears
from ekyc.vision import lines
from ekyc.vision.image import Pixels

BAND: Final = 0.335
"""Of a side's height: the titles of every kind stand above."""

HEADLINE: Final = (0.2, 0.75)
"""Of a back's height and width: its first label, enough to tell one chip card from the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """What the upper band says of one kind's side: all of `says`, nothing of `never`.

    `coded`: whether there is a code at its upper right, where that tells it from another.
    """

    kind: Kind
    side: Side
    says: tuple[str, ...]
    never: tuple[str, ...] = ()
    coded: bool | None = None


_FRONT, _BACK = Side.FRONT, Side.BACK

TITLES: Final[Sequence[Title]] = (
    Title(kind=Kind.GPLX, side=_FRONT, says=("GIAY PHEP LAI XE",)),
    Title(kind=Kind.GPLX, side=_BACK, says=("LOAI XE CO GIOI DUONG BO",)),
    Title(kind=Kind.GPLX, side=_BACK, says=("CLASSIFICATION OF MOTOR VEHICLES",)),
    Title(kind=Kind.CMND, side=_FRONT, says=("CHUNG MINH NHAN DAN",)),
    Title(kind=Kind.CMND, side=_BACK, says=("VET RIENG VA DI HINH",)),
    Title(kind=Kind.CCCD_2021, side=_FRONT, says=("CAN CUOC CONG DAN",), coded=True),
    Title(kind=Kind.CCCD_2021, side=_FRONT, says=("CAN CUOC CONG DAN", "CITIZEN IDENTITY CARD")),
    Title(
        kind=Kind.CCCD_2021,
        side=_FRONT,
        says=("CAN CUOC CONG DAN", "INDEPENDENCE FREEDOM HAPPINESS"),
    ),
    Title(
        kind=Kind.CCCD_2016,
        side=_FRONT,
        says=("CAN CUOC CONG DAN",),
        never=("SOCIALIST REPUBLIC OF VIET NAM", "INDEPENDENCE FREEDOM", "CITIZEN IDENTITY"),
        coded=False,
    ),
    Title(
        kind=Kind.CAN_CUOC_2024,
        side=_FRONT,
        says=("CAN CUOC IDENTITY CARD",),
        never=("CITIZEN IDENTITY", "CUOC CONG DAN"),
    ),
    Title(kind=Kind.CAN_CUOC_2024, side=_BACK, says=("DANG KY KHAI SINH",)),
    Title(kind=Kind.CAN_CUOC_2024, side=_BACK, says=("PLACE OF RESIDENCE", "PLACE OF BIRTH")),
    Title(kind=Kind.CCCD_2021, side=_BACK, says=("PERSONAL IDENTIFICATION",)),
    Title(
        kind=Kind.CCCD_2016,
        side=_BACK,
        says=("DAC DIEM NHAN DANG",),
        never=("PERSONAL IDENTIFICATION",),
    ),
)
"""The surest first. The card of 2016 is the one without a word of English."""


def told(picture: Pixels, *, coded: bool) -> tuple[Kind, Side] | None:
    """The kind and side whose title stands at the top of a straightened picture.

    `coded`: whether something like a code is at its upper right, legible or not.
    """
    return of_text(_read(picture[: round(BAND * picture.shape[0])]), coded=coded)


def is_back_of_2024(picture: Pixels) -> bool:
    """Whether a back with a Vietnamese zone begins with the residence, as since 2024."""
    high, wide = (round(share * size) for share, size in zip(HEADLINE, picture.shape, strict=False))
    text = _read(picture[:high, :wide])
    told = of_text(text, coded=True)
    return told == (Kind.CAN_CUOC_2024, Side.BACK) or appears("NOI CU TRU PLACE", text)


def _read(part: Pixels) -> str:
    (said,) = lines.read([part])
    return " ".join(line.text for line in said)


def of_text(text: str, *, coded: bool) -> tuple[Kind, Side] | None:
    """The kind and side with these words at the top."""
    for title in TITLES:
        if title.coded not in {None, coded}:
            continue
        if all(appears(words, text) for words in title.says) and not any(
            appears(words, text) for words in title.never
        ):
            return title.kind, title.side
    return None
