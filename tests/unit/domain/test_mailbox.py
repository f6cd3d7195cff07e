"""What is a mail address, and what staff see of one."""

import pytest

from ekyc.domain.errors import MailboxInvalid
from ekyc.domain.mailbox import mask, parse


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" Sen.Mau+kyc@Mail.Example ", "Sen.Mau+kyc@mail.example"),
        ("o'sen@xn--ngn-hng-iya.example", "o'sen@xn--ngn-hng-iya.example"),
    ],
)
def test_an_address_is_kept_as_mail_is_sent_to_it(given: str, kept: str) -> None:
    assert parse(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        *("", "sen", "sen@", "@mail.example", "sen@localhost", "sen@mail..example"),
        *("sen@mail.example\nBcc: all@mail.example", "Sen <sen@mail.example>"),
        *("sen@-mail.example", "sen mau@mail.example", f"{'s' * 65}@mail.example"),
        f"sen@{'m' * 60}.{'a' * 60}.{'i' * 60}.{'l' * 60}.example",
    ],
)
def test_what_is_none_is_refused(given: str) -> None:
    with pytest.raises(MailboxInvalid):
        parse(given)


def test_staff_see_the_first_letter_and_the_house() -> None:
    assert mask("sen@mail.example") == "s•••@mail.example"
    assert mask("") == "•••"
