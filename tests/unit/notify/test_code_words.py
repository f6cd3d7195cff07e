"""What a code's voice call says: digit by digit, and slower to whom asked for it."""

from ekyc.domain.message import Channel
from ekyc.notify.code_words import code_words
from ekyc.notify.texts import Texts
from ekyc.settings import Settings
from tests.builders import an_application


def test_digits_are_words_and_come_slower_to_whom_asked_for_it() -> None:
    word = code_words(Texts(), Settings(), "phone")
    usual, slow = (
        word("120456", an_application(language="en", slow_speech=slowly), Channel.VOICE)
        for slowly in (False, True)
    )
    assert usual.count("one, two, zero, four, five, six") == 2
    assert slow.count("one. two. zero. four. five. six") == 2
    written = word("120456", an_application(language="en", slow_speech=True), Channel.SMS)
    assert "120456" in written
