"""What paper, light, lens and sensor do to a drawing: shared by both kinds of training pictures."""

import math

import cv2
import numpy as np

from ekyc.training.mrz.printing import Chance, Pixels


def guilloche(chance: Chance, high: int, wide: int, strength: float) -> Pixels:
    """The fine pattern of security paper: waves, clouds, strokes and rings around zero."""
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    paper = np.zeros((high, wide), np.float32)
    for _ in range(int(chance.integers(0, 4))):
        paper += _waves(chance, x, y)
    if chance.random() < 0.7:
        coarse = chance.normal(0, 1, (max(2, high // 24), max(2, wide // 24))).astype(np.float32)
        paper += 1.2 * cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_CUBIC)
    if chance.random() < 0.3:
        for _ in range(int(chance.integers(1, 8))):
            start, end = _points(chance, high, wide, 2)
            cv2.line(paper, start, end, chance.uniform(-2, 0.8), 1 + int(chance.integers(2)), 16)
    if chance.random() < 0.25:
        for middle in _points(chance, high, wide, int(chance.integers(1, 4))):
            thick = (1, 2, -1)[int(chance.integers(3))]
            radius = int(chance.integers(5, 90))
            cv2.circle(paper, middle, radius, chance.uniform(-1.5, 1), thick, 16)
    return paper * np.float32(strength)


def _points(chance: Chance, high: int, wide: int, count: int) -> list[tuple[int, int]]:
    return [(int(chance.integers(wide)), int(chance.integers(high))) for _ in range(count)]


def _waves(chance: Chance, x: Pixels, y: Pixels) -> Pixels:
    turn = chance.uniform(0, 2 * math.pi)
    period = math.exp(chance.uniform(math.log(3), math.log(40)))
    along, across = x * math.cos(turn) + y * math.sin(turn), y * math.cos(turn) - x * math.sin(turn)
    swing = chance.uniform(0, 6) * np.sin(
        across * 2 * math.pi / chance.uniform(20, 160) + chance.uniform(0, 6)
    )
    wave = np.sin(2 * math.pi / period * (along + swing) + chance.uniform(0, 6))
    if chance.random() < 0.5:
        wave = -(wave > chance.uniform(0.4, 0.9)).astype(np.float32)
    return np.asarray(wave * chance.uniform(0.2, 1), np.float32)


def photographed(chance: Chance, picture: Pixels, pitch: float) -> Pixels:
    """The picture as a hurried camera keeps it; `pitch`: pixels a character, of what must last."""
    picture = _blurred(chance, picture, pitch)
    picture = _lit(chance, picture)
    if chance.random() < 0.06:
        picture = _screened(chance, picture)
    noise = chance.normal(0, 1, picture.shape).astype(np.float32)
    if chance.random() < 0.6:
        noise = 1.7 * cv2.GaussianBlur(noise, (0, 0), chance.uniform(0.5, 1.2))
    picture = np.clip(picture + noise * abs(chance.normal(0, 7)), 0, 255).astype(np.uint8)
    if chance.random() < 0.6:
        quality = int(chance.integers(28, 95))
        file = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        picture = np.asarray(cv2.imdecode(file, cv2.IMREAD_GRAYSCALE))
    if chance.random() < 0.12:  # phones sharpen
        picture = np.asarray(cv2.filter2D(picture, -1, _SHARPEN))
    if chance.random() < 0.02:
        picture = 255 - picture
    return picture


_SHARPEN = np.array([[0, -0.4, 0], [-0.4, 2.6, -0.4], [0, -0.4, 0]], np.float32)


def _blurred(chance: Chance, picture: Pixels, pitch: float) -> Pixels:
    """Too few pixels, out of focus, moved."""
    high, wide = picture.shape
    fewer = chance.uniform(5.6, 11.5) / pitch
    if chance.random() < 0.45 and fewer < 1:
        small = cv2.resize(picture, None, fx=fewer, fy=fewer, interpolation=cv2.INTER_AREA)
        way = (cv2.INTER_LINEAR, cv2.INTER_CUBIC)[int(chance.integers(2))]
        picture = cv2.resize(small, (wide, high), interpolation=way)
    if chance.random() < 0.75:
        picture = cv2.GaussianBlur(picture, (0, 0), max(0.2, abs(chance.normal(0, 0.065)) * pitch))
    if chance.random() < 0.2:
        picture = cv2.filter2D(picture, -1, _shake(chance, pitch))
    return np.asarray(picture)


def _shake(chance: Chance, pitch: float) -> Pixels:
    length = int(chance.integers(2, max(3, int(pitch * 0.38))))
    kernel = np.zeros((2 * length + 1, 2 * length + 1), np.float32)
    turn = chance.uniform(0, math.pi)
    x, y = length / 2 * math.cos(turn), length / 2 * math.sin(turn)
    start, end = (round(length - x), round(length - y)), (round(length + x), round(length + y))
    cv2.line(kernel, start, end, 1.0, 1)
    return np.asarray(kernel / kernel.sum())


def _lit(chance: Chance, picture: Pixels) -> Pixels:
    """Light falling off, the edge of a shadow, a lamp's reflection that may burn print away."""
    high, wide = picture.shape
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    if chance.random() < 0.6:
        turn = chance.uniform(0, 2 * math.pi)
        slope = (x / wide - 0.5) * math.cos(turn) + (y / high - 0.5) * math.sin(turn)
        picture = picture * (1 + chance.uniform(0, 0.45) * slope)
    if chance.random() < 0.25:
        turn = chance.uniform(0, 2 * math.pi)
        beyond = (x - chance.uniform(0, wide)) * math.cos(turn)
        beyond = beyond + (y - chance.uniform(0, high)) * math.sin(turn)
        edge = 1 / (1 + np.exp(-np.clip(beyond / chance.uniform(1, 12), -30, 30)))
        picture = picture * (1 - edge * chance.uniform(0.1, 0.5))
    if chance.random() < 0.18:
        far = (x - chance.uniform(0, wide)) ** 2 + (y - chance.uniform(0, high)) ** 2
        spot = np.exp(-far / (2 * chance.uniform(10, 60) ** 2))
        picture = picture + chance.uniform(40, 170) * spot
    return np.asarray(picture, np.float32)


def _screened(chance: Chance, picture: Pixels) -> Pixels:
    """Photographed from a screen: its pixels beat with the sensor's."""
    high, wide = picture.shape
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    rows = np.ones_like(picture)
    for turn in (0.0, math.pi / 2):
        turn += chance.normal(0, 0.15)
        period = chance.uniform(2.2, 9)
        phase = (x * math.cos(turn) + y * math.sin(turn)) * 2 * math.pi / period
        rows = rows * (1 + chance.uniform(0.02, 0.16) * np.sin(phase))
    return np.asarray(picture * rows, np.float32)
