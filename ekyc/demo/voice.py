"""Speech-like sound: syllables of a voice with formants, and hisses between them; no words."""

from typing import Final

import numpy as np
import numpy.typing as npt

RATE: Final = 48_000
VOWELS: Final = (
    (730.0, 1090.0, 2440.0),
    (530.0, 1840.0, 2480.0),
    (270.0, 2290.0, 3010.0),
    (570.0, 840.0, 2410.0),
    (300.0, 870.0, 2240.0),
)
"""First three formants in Hz (Peterson and Barney 1952, men: ɑ ɛ i ɔ u)."""

LOUDNESS: Final = (1.0, 0.5, 0.25)
WIDTHS_HZ: Final = (90.0, 110.0, 170.0)
HIGHEST_HZ: Final = 5_000.0
PEAK: Final = 9_000  # of 32767: a calm voice, never clipped

Sound = npt.NDArray[np.float64]


def speech(seconds: float, *, seed: int, pitch_hz: float = 170.0) -> npt.NDArray[np.int16]:
    """A voice that speaks in phrases: mono, 48 kHz, int16; the same for the same seed."""
    draw = np.random.default_rng(seed)
    parts: list[Sound] = []
    length = round(seconds * RATE)
    while sum(map(len, parts)) < length:
        for _ in range(int(draw.integers(4, 10))):
            parts += [_hiss(draw), _vowel(draw, pitch_hz)]
        parts.append(np.zeros(round(float(draw.uniform(0.25, 0.6)) * RATE)))
    sound = np.concatenate(parts)[:length]
    loudest = float(np.abs(sound).max(initial=1e-9))
    return np.asarray(sound / loudest * PEAK).astype(np.int16)


def _vowel(draw: np.random.Generator, pitch_hz: float) -> Sound:
    """One syllable of 120 to 260 ms: harmonics of a falling pitch, weighed by the formants."""
    times = np.arange(round(float(draw.uniform(0.12, 0.26)) * RATE)) / RATE
    pitch = pitch_hz * float(draw.uniform(0.85, 1.2)) * (1 - 0.4 * times)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    formants = VOWELS[int(draw.integers(len(VOWELS)))]
    sound = np.zeros(len(times))
    for harmonic in range(1, int(HIGHEST_HZ / pitch_hz)):
        sound += _envelope(harmonic * pitch_hz, formants) / harmonic**0.5 * np.sin(harmonic * phase)
    return sound * np.sin(np.pi * np.arange(len(times)) / len(times)) ** 0.5


def _envelope(frequency_hz: float, formants: tuple[float, ...]) -> float:
    return sum(
        loud / (1 + ((frequency_hz - formant) / width) ** 2)
        for formant, loud, width in zip(formants, LOUDNESS, WIDTHS_HZ, strict=True)
    )


def _hiss(draw: np.random.Generator) -> Sound:
    """A consonant of 20 to 80 ms: noise between 2 and 7 kHz."""
    length = round(float(draw.uniform(0.02, 0.08)) * RATE)
    spectrum = np.fft.rfft(draw.normal(0.0, 0.12, length))
    frequencies = np.fft.rfftfreq(length, 1 / RATE)
    spectrum[(frequencies < 2_000) | (frequencies > 7_000)] = 0
    return np.fft.irfft(spectrum, length) * np.hanning(length)
