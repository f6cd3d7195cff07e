"""A photograph goes through a worker and comes back read; what is none is refused."""

import io
from collections.abc import AsyncIterator
from datetime import date

import numpy as np
import pytest
from PIL import Image

from ekyc.demo.cards import front
from ekyc.demo.photographs import Level, photograph
from ekyc.demo.specimen import a_specimen
from ekyc.domain.document import Kind, Side, Source
from ekyc.domain.errors import ImageTooLarge, ImageUnreadable
from ekyc.settings import Documents, Vision
from ekyc.vision.pool import DocumentPool

LIMITS = Documents(photo_max_bytes=3_000_000)


@pytest.fixture
async def pool() -> AsyncIterator[DocumentPool]:
    pool = DocumentPool(Vision(document_s=90.0), LIMITS)
    await pool.start()
    yield pool
    await pool.close()


@pytest.mark.slow
@pytest.mark.tesseract
async def test_a_customer_photographs_the_front_of_a_card(pool: DocumentPool) -> None:
    specimen = a_specimen(1, today=date(2026, 11, 21))
    taken = photograph(front(specimen), seed=1, level=Level.L1)
    result = await pool.read(taken.jpeg, side=Side.FRONT)
    assert result.reading.kind is Kind.CCCD_2021
    assert result.reading.candidates["number"][Source.QR].value == specimen.number
    assert Image.open(io.BytesIO(result.straightened)).width > 800
    assert Image.open(io.BytesIO(result.original)).size == Image.open(io.BytesIO(taken.jpeg)).size


async def test_what_is_no_photograph_is_refused_by_name(pool: DocumentPool) -> None:
    with pytest.raises(ImageUnreadable):
        await pool.read(b"GIF89a" + bytes(1000), side=Side.FRONT)
    with pytest.raises(ImageTooLarge) as refused:
        await pool.read(bytes(LIMITS.photo_max_bytes + 1), side=None)
    assert refused.value.values == {"limit_mb": 3, "limit_mp": LIMITS.photo_max_pixels // 1_000_000}


async def test_a_photograph_of_nothing_is_a_result_not_an_error(pool: DocumentPool) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (600, 800, 3), np.uint8)
    picture = io.BytesIO()
    Image.fromarray(noise).save(picture, "JPEG")
    result = await pool.read(picture.getvalue(), side=Side.BACK)
    assert result.reading.faults


async def test_a_copy_is_the_picture_alone(pool: DocumentPool) -> None:
    taken = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "where it was taken"  # ImageDescription
    Image.new("RGB", (4000, 2000), (10, 200, 10)).save(taken, "JPEG", exif=exif)
    copy = await pool.copy(taken.getvalue())
    assert b"where it was taken" not in copy
    assert Image.open(io.BytesIO(copy)).size == (LIMITS.photo_long_side_px, 1200)
    with pytest.raises(ImageUnreadable):
        await pool.copy(b"GIF89a" + bytes(1000))
