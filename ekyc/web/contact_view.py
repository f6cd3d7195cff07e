"""What a desk is told of the entry it owes."""

from typing import Any

from ekyc.domain.authorisation import holding
from ekyc.storage import applications, authorisations, contacts
from ekyc.storage.store import Tx


async def owed(tx: Tx, staff_id: str) -> dict[str, Any] | None:
    """The oldest entry this member of staff owes, what was typed of it, and what it may rest on."""
    due = await contacts.owed(tx, staff_id)
    if due is None:
        return None
    application = await applications.load(tx, due.application_id)
    return {
        "call": due.call_id,
        "application": application.id,
        "reference": application.reference,
        "name": application.shown_name,
        "due_at": due.due_at.isoformat(),
        "draft": due.draft,
        "authorisations": [
            {"id": one.id, "change": one.change}
            for one in holding(await authorisations.of_call(tx, due.call_id))
        ],
    }
