"""The holder's portrait, cut from drawn documents, and how large it was photographed."""

import io

import numpy as np
import pytest
from PIL import Image

from ekyc.demo import cards
from ekyc.demo.specimen import Design, a_specimen
from ekyc.domain.document import Kind, Point, Side, SideReading, SideResult
from ekyc.domain.errors import ImageUnreadable
from ekyc.settings import Documents
from ekyc.vision import document_task
from ekyc.vision.portrait import cut
from tests.chips import a_face

LIMITS = Documents()
MAGENTA = (255, 0, 255)


def shown(kind: Kind, design: Design, width_px: float, *, side: Side = Side.FRONT) -> SideResult:
    """A drawn front with a coloured portrait, photographed so that it is so wide."""
    portrait = Image.new("RGB", (400, 600), MAGENTA)
    card = cards.front(a_specimen(1, kind=design), portrait=portrait).image.convert("RGB")
    file = io.BytesIO()
    card.save(file, "JPEG", quality=92)
    high = width_px * card.height / card.width
    corners: tuple[Point, ...] = ((0, 0), (width_px, 0), (width_px, high), (0, high))
    reading = SideReading(
        kind=kind,
        side=side,
        rotation_deg=0,
        corners=corners,
        width_px=4800,
        height_px=3600,
        faults=(),
        qr_text=None,
        mrz_lines=None,
        mrz_valid=None,
        candidates={},
    )
    return SideResult(reading=reading, straightened=file.getvalue(), original=b"")


@pytest.mark.parametrize(
    ("kind", "design"),
    [
        (Kind.CCCD_2021, Design.CHIP_2021),
        (Kind.CAN_CUOC_2024, Design.IDENTITY_2024),
        (Kind.CCCD_2016, Design.BARCODE_2016),
        (Kind.GPLX, Design.LICENCE),
        (Kind.PASSPORT, Design.PASSPORT_UTO),
    ],
)
def test_the_whole_portrait_is_cut_and_little_else(kind: Kind, design: Design) -> None:
    portrait = cut(shown(kind, design, 1000), LIMITS)
    assert portrait is not None
    with Image.open(io.BytesIO(portrait.picture)) as picture:
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    coloured = np.abs(pixels - MAGENTA).sum(axis=2) < 90
    assert coloured.mean() > 0.8
    edge = np.concatenate([coloured[0], coloured[-1], coloured[:, 0], coloured[:, -1]])
    assert edge.mean() < 0.1  # a margin all round: nothing of it is missing


def test_its_width_is_that_in_the_photograph_as_it_is_kept() -> None:
    portrait = cut(shown(Kind.CCCD_2021, Design.CHIP_2021, 2000), LIMITS)
    assert portrait is not None
    assert portrait.width_px == round(1000 * 22 / 85.6)  # kept at half the size of 4800 pixels


def test_a_back_and_a_kind_without_a_layout_have_none() -> None:
    assert cut(shown(Kind.CCCD_2021, Design.CHIP_2021, 1000, side=Side.BACK), LIMITS) is None
    assert cut(shown(Kind.MRZ_ONLY, Design.CHIP_2021, 1000), LIMITS) is None


def test_a_chips_picture_is_opened_whatever_form_it_has() -> None:
    """A customer's photograph in that form is not."""
    limits = LIMITS.model_dump(mode="json")
    for form in ("JPEG", "JPEG2000"):
        head, picture = document_task.read({"portrait": True}, a_face(form), limits)
        assert head == {"width_px": 300}
        assert picture.startswith(b"\xff\xd8")
    with pytest.raises(ImageUnreadable):
        document_task.read({"only_copy": True}, a_face("JPEG2000"), limits)
