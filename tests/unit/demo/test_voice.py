"""The demo's voice is like speech to a codec: loud and soft, never clipped, not only noise."""

import numpy as np
import pytest

from ekyc.demo.voice import PEAK, RATE, speech


def test_a_voice_is_48_khz_mono_and_the_same_each_time() -> None:
    sound = speech(0.5, seed=1)
    assert sound.dtype == np.int16
    assert sound.shape == (RATE // 2,)
    assert (sound == speech(0.5, seed=1)).all()
    assert not (sound == speech(0.5, seed=2)).all()


def test_a_voice_speaks_and_pauses_and_is_never_clipped() -> None:
    sound = speech(4.0, seed=3).astype(np.float64)
    loudness = np.sqrt((sound.reshape(-1, RATE // 20) ** 2).mean(axis=1))
    assert np.abs(sound).max() == pytest.approx(PEAK, abs=1)
    assert (loudness < 10).any()
    assert (loudness > 1000).mean() > 0.4


def test_a_voices_energy_lies_where_a_voice_has_it() -> None:
    power = np.abs(np.fft.rfft(speech(2.0, seed=4))) ** 2
    frequencies = np.fft.rfftfreq(2 * RATE, 1 / RATE)
    assert power[(frequencies > 80) & (frequencies < 5_000)].sum() / power.sum() > 0.8
