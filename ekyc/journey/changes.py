"""What a call has of changes: who the caller was, what was authorised, the entry."""

from collections.abc import Sequence
from dataclasses import dataclass

from ekyc.domain.authorisation import Authorisation, Identification
from ekyc.domain.call import Call
from ekyc.domain.code import Code, Purpose
from ekyc.domain.contact import Contact
from ekyc.storage import authorisations, codes, contacts
from ekyc.storage.store import Row, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Of one call."""

    answers: Sequence[Identification]
    """What the caller said the call is about, each time."""
    authorisations: Sequence[Authorisation]
    code: Code | None
    """The one on the customer's own page that counts, until it is swept; perhaps another call's."""
    entry: Contact | None
    """Due or written; None while the call goes on."""


async def changes(tx: Tx, call: Call) -> Changes:
    """Gathered in one read."""
    return Changes(
        answers=await authorisations.answers(tx, call.id),
        authorisations=await authorisations.of_call(tx, call.id),
        code=await codes.live(tx, call.application_id, Purpose.AUTHORISE),
        entry=await contacts.of_call(tx, call.id),
    )


def notice(events: Sequence[Row], call: Call) -> Row | None:
    """The fact that the customer was told of the recording: that it was said, if it was."""
    told = [row for row in events if row["name"] == "notice.given"]
    own = [row for row in told if row["data"]["call"] == call.id]
    return next((row for row in own if row["data"]["spoken"]), own[0] if own else None)
