"""A photograph goes through a worker and comes back read; what is none is refused."""

import io
import struct
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ekyc.demo.cards import back, front
from ekyc.demo.photographs import Level, photograph
from ekyc.demo.specimen import a_specimen
from ekyc.domain.document import Kind, Source
from ekyc.domain.errors import ImageTooLarge, ImageUnreadable
from ekyc.settings import Documents, Vision
from ekyc.vision.pool import DocumentPool

LIMITS = Documents(photo_max_bytes=3_000_000)
IPHONE = Path(__file__).parent / "phone.heic"
"""A drawn back of a card as an iPhone writes pictures: HEIC, lying on its side, with a place in its
EXIF. Drawn by ekyc.demo (specimen 7, seed 3); written once with pillow-heif 1.8.1, which is no part
of this project, because what opens HEIC here cannot write it."""


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
    result = await pool.read(taken.jpeg)
    assert result.reading.kind is Kind.CCCD_2021
    assert result.reading.candidates["number"][Source.QR].value == specimen.number
    assert Image.open(io.BytesIO(result.straightened)).width > 800
    assert Image.open(io.BytesIO(result.original)).size == Image.open(io.BytesIO(taken.jpeg)).size


async def test_what_is_no_photograph_is_refused_by_name(pool: DocumentPool) -> None:
    with pytest.raises(ImageUnreadable):
        await pool.read(b"GIF89a" + bytes(1000))
    with pytest.raises(ImageTooLarge) as refused:
        await pool.read(bytes(LIMITS.photo_max_bytes + 1))
    assert refused.value.values == {"limit_mb": 3, "limit_mp": LIMITS.photo_max_pixels // 1_000_000}


async def test_a_photograph_of_nothing_is_a_result_not_an_error(pool: DocumentPool) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (600, 800, 3), np.uint8)
    picture = io.BytesIO()
    Image.fromarray(noise).save(picture, "JPEG")
    result = await pool.read(picture.getvalue())
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


async def test_a_picture_of_an_iphone_is_opened_upright_and_its_place_is_not_kept(
    pool: DocumentPool,
) -> None:
    taken = IPHONE.read_bytes()
    assert b"Exif" in taken
    copy = Image.open(io.BytesIO(await pool.copy(taken)))
    assert (copy.format, copy.size) == ("JPEG", (1600, 1200))
    assert dict(copy.getexif()) == {}
    drawn = Image.open(io.BytesIO(photograph(back(a_specimen(7)), seed=3).jpeg))
    alike = np.asarray(drawn.resize((16, 12)), float) - np.asarray(copy.resize((16, 12)), float)
    assert np.abs(alike).mean() < 4  # upright, and nothing of it is missing


async def test_a_small_file_that_says_it_is_a_huge_picture_is_not_decoded(
    pool: DocumentPool,
) -> None:
    taken = bytearray(IPHONE.read_bytes())
    at = taken.find(b"ispe")
    while at > 0:  # each part of the file says its own size
        taken[at + 8 : at + 16] = struct.pack(">II", 60_000, 60_000)
        at = taken.find(b"ispe", at + 4)
    with pytest.raises((ImageTooLarge, ImageUnreadable)):
        await pool.copy(bytes(taken))
