"""The entry after a call: typed, kept while it is typed, and written by who held the call."""

from collections.abc import Collection

from ekyc.domain import contact as rules
from ekyc.domain.call import Call
from ekyc.domain.contact import Contact
from ekyc.domain.errors import NotFound
from ekyc.domain.events import Actor
from ekyc.journey.ending import fact
from ekyc.journey.ports import Clock
from ekyc.storage import authorisations, calls, contacts
from ekyc.storage.store import Store, Tx


async def draft(store: Store, *, staff_id: str, call_id: str, text: str) -> None:
    """Keep what was typed so far; `NotFound` for another's call, `NotAllowedNow` once written."""
    async with store.begin() as tx:
        _, due = await _own(tx, staff_id, call_id)
        await contacts.save(tx, rules.draft(due, text))


async def enter(
    store: Store,
    clock: Clock,
    *,
    staff_id: str,
    call_id: str,
    changed: str,
    authorised: Collection[str],
) -> Contact:
    """Write the entry: what was changed and by which authorisations, or nothing by none.

    Raises `NotFound`, `NotAllowedNow` once it is written, `AuthorisationMissing`, `ChangeMissing`.
    """
    now = clock.now()
    async with store.begin() as tx:
        call, due = await _own(tx, staff_id, call_id)
        made = rules.enter(
            due,
            changed=changed,
            authorisations=authorised,
            asked=await authorisations.of_call(tx, call_id),
            by=staff_id,
            now=now,
        )
        await contacts.save(tx, made)
        data = {
            "ordered_by": made.ordered_by.value,
            "authorisations": list(made.authorisations),
        }
        actor = Actor(kind="staff", id=staff_id)
        await tx.tell(fact("contact.entered", call, now, actor, **data))
        tx.wake(f"desk:{staff_id}")
    return made


async def _own(tx: Tx, staff_id: str, call_id: str) -> tuple[Call, Contact]:
    """This agent's call that is over, and its entry."""
    call = await calls.find(tx, call_id)
    due = await contacts.of_call(tx, call_id)
    if call is None or due is None or call.agent_id != staff_id:
        raise NotFound
    return call, due
