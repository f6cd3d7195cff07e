"""Reads QR codes, and the stacked bar code of 2016, with zxing-cpp: as photographed first, then
sharpened and enlarged, then brought back into focus."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import zxingcpp

from ekyc.vision.image import Pixels

ENLARGED: Final = (1, 2, 3)
DISCS: Final = (5.0, 4.0, 6.0, 3.0)
"""Radii a point out of focus may have in a straightened card, pixels: codes of photographs with a
third of its pixels and 1.7 of blur want 4.5 to 5.5."""

SPREADS: Final = (3.0, 3.5, 2.5)
"""Standard deviations where it became no disc but a soft spot, as small lenses and noise filters
make of it."""

GRAIN: Final = 0.02
COARSE: Final = 0.05
"""Noise against print, in power, for the filter that brings back focus (Wiener); the coarser for
hurried photographs, enlarged afterwards. Of 8 drawn codes that discs alone did not bring back 5
are read."""

AROUND: Final = 24
FORMATS: Final = [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.PDF417]


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """One code: what it says, and its corners in pixels, clockwise from its own top left.

    `stacked`: a PDF417, not a QR code.
    """

    text: str
    corners: Pixels
    stacked: bool


def read_photograph(grey: Pixels) -> Symbol | None:
    """The first code anywhere in a photograph, at one size: 5 to 10 ms."""
    return next((found for found in map(_read, (grey, _sharpened(grey, 2.5))) if found), None)


def read_closely(grey: Pixels) -> Symbol | None:
    """The code in a part of a picture known to hold one, with every retry."""
    return next((found for found in map(_read, _tries(grey)) if found), None)


def _tries(grey: Pixels) -> Iterator[Pixels]:
    for times in ENLARGED:
        size = (grey.shape[1] * times, grey.shape[0] * times)
        larger = grey if times == 1 else cv2.resize(grey, size, interpolation=cv2.INTER_CUBIC)
        yield np.asarray(larger)
        yield _sharpened(np.asarray(larger), 2.5 * times)
    yield from _focused(grey)


def _focused(grey: Pixels) -> Iterator[Pixels]:
    """As before the lens made a spot of every point: Wiener filters against one after the other."""
    framed = cv2.copyMakeBorder(grey, *(AROUND,) * 4, cv2.BORDER_REPLICATE)
    seen = np.fft.rfft2(framed.astype(np.float32))
    down, right = (np.fft.fftfreq(size) * size for size in framed.shape)
    far = np.hypot(down[:, None], right[None])
    discs = [np.clip(radius + 0.5 - far, 0, 1) for radius in DISCS]
    spots = [np.exp(-((far / spread) ** 2) / 2) for spread in SPREADS]

    def sharp(spot: Pixels, noise: float) -> Pixels:
        lens = np.fft.rfft2(spot / spot.sum())
        through = np.conj(lens) / (np.abs(lens) ** 2 + noise)
        whole = np.fft.irfft2(seen * through, framed.shape)
        return np.clip(whole[AROUND:-AROUND, AROUND:-AROUND], 0, 255).astype(np.uint8)

    yield from (sharp(disc, GRAIN) for disc in discs)
    yield from (sharp(spot, GRAIN) for spot in spots)
    for spot in (*discs, *spots):
        small = sharp(spot, COARSE)
        yield np.asarray(cv2.resize(small, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC))


def _sharpened(grey: Pixels, sigma: float) -> Pixels:
    return np.asarray(cv2.addWeighted(grey, 2, cv2.GaussianBlur(grey, (0, 0), sigma), -1, 0))


def _read(grey: Pixels) -> Symbol | None:
    formats = zxingcpp.BarcodeFormats(FORMATS)
    found = zxingcpp.read_barcodes(np.ascontiguousarray(grey), formats=formats, try_invert=False)
    for code in found:
        try:
            text = code.bytes.decode("utf-8")  # by its own guess zxing takes some for Shift JIS
        except UnicodeDecodeError:
            continue
        place = code.position
        corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        return Symbol(
            text=text,
            corners=np.array([[point.x, point.y] for point in corners], float),
            stacked=code.format == zxingcpp.BarcodeFormat.PDF417,
        )
    return None
