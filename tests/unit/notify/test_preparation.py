"""The six questions before a call: the server's text, the bank's own, one that is of no use."""

import json
from pathlib import Path

import pytest

from ekyc.domain.code import Purpose
from ekyc.notify import preparation
from ekyc.notify.preparation import TOPICS, BadPreparation
from ekyc.notify.texts import I18N
from ekyc.settings import Bank, Codes, Preparation, Settings


def _own(folder: Path, **changes: str | None) -> Settings:
    """The server's text with some of it changed, or left out, in the bank's own folder."""
    for language in ("vi", "en"):
        said = json.loads((I18N / language / "preparation.json").read_text("utf-8")) | changes
        kept = {key: text for key, text in said.items() if text is not None}
        (folder / f"{language}.json").write_text(json.dumps(kept), encoding="utf-8")
    return Settings(preparation=Preparation(folder=str(folder)))


def test_each_question_is_answered_in_each_language_with_names_and_limits() -> None:
    settings = Settings(bank=Bank(name_en="Lotus"), codes=Codes(life_s=300, tries=3))
    for language, text in preparation.load(settings).items():
        assert tuple(one.topic for one in text.answers) == TOPICS
        whole = " ".join(one.question + one.answer for one in text.answers)
        assert "{" not in whole
        assert "1900 0000" in whole
        assert text.posted <= text.updated
        assert ("Lotus" in whole) is (language == "en")
    (code,) = (one for one in preparation.load(settings)["en"].answers if one.topic == "code")
    assert "5 minutes and 3 tries" in code.answer


_SAID = {
    Purpose.PHONE: ("text message or e-mail", "tin nhắn hoặc thư điện tử"),
    Purpose.FINISH: ("text message or e-mail", "tin nhắn hoặc thư điện tử"),
    Purpose.CALLBACK: ("the agent tells you 6 digits", "nhân viên đọc 6 chữ số"),
    Purpose.AUTHORISE: ("it shows 6 digits, and you read them aloud", "trang hiện 6 chữ số"),
}
"""What the answer says of each kind of code; a kind it is silent about misleads who gets one."""


@pytest.mark.parametrize("purpose", Purpose)
def test_each_kind_of_code_is_told_before_the_call(purpose: Purpose) -> None:
    texts = preparation.load(Settings())
    for language, words in zip(("en", "vi"), _SAID[purpose], strict=True):
        (code,) = (one for one in texts[language].answers if one.topic == "code")
        assert words in code.answer


def test_a_bank_says_it_in_its_own_words(tmp_path: Path) -> None:
    settings = _own(tmp_path, **{"a.time": "At noon, says {bank}.", "updated": "2027-01-02"})
    text = preparation.load(settings)["en"]
    assert text.answers[2].answer == "At noon, says Sen Bank."
    assert text.updated.isoformat() == "2027-01-02"


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("a.time", None, "a.time"),
        ("a.price", "Nothing.", "a.price"),
        ("posted", "yesterday", "yesterday"),
        ("a.code", "{nobody}", "nobody"),
        ("a.code", "{bank.secret}", "secret"),
        ("a.code", "{", "vi.json"),
    ],
)
def test_a_text_that_cannot_be_used_is_refused_by_its_file(
    tmp_path: Path, key: str, text: str | None, said: str
) -> None:
    with pytest.raises(BadPreparation, match=r"vi\.json") as refused:
        preparation.load(_own(tmp_path, **{key: text}))
    assert said in str(refused.value)


def test_a_folder_without_the_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPreparation):
        preparation.load(Settings(preparation=Preparation(folder=str(tmp_path))))
