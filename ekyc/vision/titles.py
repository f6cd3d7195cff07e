"""Tells a side of a document by the words every one of its kind carries in its upper third."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ekyc.domain.document import Kind, Side
from ekyc.domain.names import appears
from ekyc.settings import Documents
from ekyc.vision import ocr
from ekyc.vision.image import Pixels
from ekyc.vision.ocr import Look

BAND: Final = 0.335
"""Of a side's height: the titles of every kind stand above."""

HEADLINE: Final = (0.2, 0.75)
"""Of a back's height and width: its first label, enough to tell one chip card from the other."""

LOOK: Final = Look(scale=0.5, calm=0.8)
"""Titles are large: half the size reads as well, in half the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """What the upper band says of one kind's side: all of `says`, nothing of `never`."""

    kind: Kind
    side: Side
    says: tuple[str, ...]
    never: tuple[str, ...] = ()


_FRONT, _BACK = Side.FRONT, Side.BACK

TITLES: Final[Sequence[Title]] = (
    Title(kind=Kind.GPLX, side=_FRONT, says=("GIAY PHEP LAI XE",)),
    Title(kind=Kind.GPLX, side=_BACK, says=("LOAI XE CO GIOI DUONG BO",)),
    Title(kind=Kind.GPLX, side=_BACK, says=("CLASSIFICATION OF MOTOR VEHICLES",)),
    Title(kind=Kind.CMND, side=_FRONT, says=("CHUNG MINH NHAN DAN",)),
    Title(kind=Kind.CMND, side=_BACK, says=("VET RIENG VA DI HINH",)),
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
        never=("SOCIALIST REPUBLIC OF VIET NAM", "INDEPENDENCE FREEDOM"),
    ),
    Title(
        kind=Kind.CAN_CUOC_2024,
        side=_FRONT,
        says=("IDENTITY CARD", "INDEPENDENCE FREEDOM HAPPINESS"),
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


def told(picture: Pixels, limits: Documents) -> tuple[Kind, Side] | None:
    """The kind and side whose title stands at the top of a straightened picture."""
    return of_text(_read(picture[: round(BAND * picture.shape[0])], limits))


def is_back_of_2024(picture: Pixels, limits: Documents) -> bool:
    """Whether a back with a Vietnamese zone begins with the residence, as since 2024."""
    high, wide = (round(share * size) for share, size in zip(HEADLINE, picture.shape, strict=False))
    text = _read(picture[:high, :wide], limits)
    return of_text(text) == (Kind.CAN_CUOC_2024, Side.BACK) or appears("NOI CU TRU PLACE", text)


def _read(part: Pixels, limits: Documents) -> str:
    (lines,) = ocr.read([(part, LOOK)], limits)
    return " ".join(line.text for line in lines)


def of_text(text: str) -> tuple[Kind, Side] | None:
    """The kind and side with these words at the top."""
    for title in TITLES:
        if all(appears(words, text) for words in title.says) and not any(
            appears(words, text) for words in title.never
        ):
            return title.kind, title.side
    return None
