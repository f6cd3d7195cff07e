"""A person's help, once photographs failed in a row."""

from ekyc.domain.application import Stage
from ekyc.domain.document import Kind
from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.events import CUSTOMER, Event
from ekyc.domain.help import Way, failed_in_a_row
from ekyc.journey import handover
from ekyc.journey.documents import documented, name_kind, photographed
from ekyc.journey.ports import Clock
from ekyc.storage import applications, decisions, documents
from ekyc.storage.store import Store, Tx


async def ask(store: Store, clock: Clock, *, application_id: str, way: Way, enough: int) -> None:
    """Go on without good photographs; `NotAllowedNow` before `enough` failed in a row.

    What was photographed stays in the file, and what was read of a good side in the form.
    """
    async with store.begin() as tx:
        application = photographed(await applications.load(tx, application_id))
        failed = await failures(tx, application_id)
        if failed < enough:
            raise NotAllowedNow
        data = {"way": way.value, "failed": failed, "kind": application.document_kind}
        await tx.tell(
            Event(
                name="help.asked",
                application_id=application_id,
                at=clock.now(),
                actor=CUSTOMER,
                data=data,
            )
        )
        await name_kind(tx, clock, application_id, Kind.OTHER)
        await handover.photographed(tx, application_id, now=clock.now())
        if application.stage is Stage.PHONE_CONFIRMED:
            await documented(tx, clock, application_id)


async def failures(tx: Tx, application_id: str) -> int:
    """Photographs that failed in a row, since the last verdict."""
    last = await decisions.last(tx, application_id)
    taken = await documents.photographs(tx, application_id)
    counted = [each for each in taken if last is None or each.taken_at > last.at]
    return failed_in_a_row([each.state for each in counted])


async def asked(tx: Tx, application_id: str) -> str | None:
    """The way asked for last, if any."""
    facts = await applications.events(tx, application_id)
    ways = [fact["data"]["way"] for fact in facts if fact["name"] == "help.asked"]
    return str(ways[-1]) if ways else None
