"""The entry after a call: nothing stands in it as changed that no authorisation covers."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import ValidationError

from ekyc.domain.authorisation import LONGEST_CHANGE, MOST, Authorisation, AuthorisationState
from ekyc.domain.contact import LONGEST, Contact, OrderedBy, draft, enter
from ekyc.domain.errors import AuthorisationMissing, ChangeMissing, EkycError, NotAllowedNow
from ekyc.settings import Call
from tests.fakes import START

LATER = START + timedelta(seconds=20)
DUE = Contact(call_id="call", application_id="first", due_at=START, draft="another addr")


def authorised(id: str, state: AuthorisationState) -> Authorisation:
    return Authorisation(
        id=id,
        application_id="first",
        call_id="call",
        identification_id="answer",
        change="another address",
        state=state,
        asked_by="lan",
        asked_at=START,
        expires_at=LATER,
    )


ASKED = [
    authorised("yes", AuthorisationState.CONFIRMED),
    authorised("no", AuthorisationState.DECLINED),
    authorised("late", AuthorisationState.LAPSED),
]


def entered(changed: str, *named: str, due: Contact = DUE) -> Contact:
    return enter(due, changed=changed, authorisations=named, asked=ASKED, by="lan", now=LATER)


def test_what_was_changed_names_its_authorisation_and_the_customer_ordered_it() -> None:
    made = entered(" another address ", "yes", "yes")
    assert (made.changed, made.authorisations) == ("another address", ("yes",))
    assert made.ordered_by is OrderedBy.CUSTOMER
    assert (made.by, made.entered_at, made.draft) == ("lan", LATER, "")


def test_that_nothing_was_changed_is_an_entry_too() -> None:
    made = entered("")
    assert (made.changed, made.authorisations, made.ordered_by) == ("", (), OrderedBy.NOBODY)


@pytest.mark.parametrize(
    ("changed", "named", "refused"),
    [
        ("another address", (), AuthorisationMissing),
        ("another address", ("no",), AuthorisationMissing),
        ("another address", ("late",), AuthorisationMissing),
        ("another address", ("yes", "of another call"), AuthorisationMissing),
        (" ", ("yes",), ChangeMissing),
    ],
)
def test_no_change_is_entered_without_one_that_holds(
    changed: str, named: tuple[str, ...], refused: type[EkycError]
) -> None:
    with pytest.raises(refused):
        entered(changed, *named)


def test_an_entry_is_written_once_and_drafts_end_with_it() -> None:
    made = entered("")
    with pytest.raises(NotAllowedNow):
        entered("", due=made)
    with pytest.raises(NotAllowedNow):
        draft(made, "more")
    assert draft(DUE, "x" * 2 * LONGEST).draft == "x" * LONGEST


def test_every_change_a_call_can_have_fits_its_entry() -> None:
    most = Call(authorisations_max=MOST).authorisations_max
    with pytest.raises(ValidationError):
        Call(authorisations_max=most + 1)
    changed = "\n".join(["x" * LONGEST_CHANGE] * most)
    assert entered(changed, "yes").changed == changed


def test_a_clock_that_was_set_back_writes_no_entry_before_its_call_ended() -> None:
    early = START - timedelta(days=1)
    made = enter(replace(DUE), changed="", authorisations=(), asked=(), by="lan", now=early)
    assert made.entered_at == START
