"""The form: what was read, what the customer typed, and the customer's word that it is right."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from ekyc.domain.application import Application, Stage, move
from ekyc.domain.comparison import Comparison
from ekyc.domain.document import Kind, form_of, normalised
from ekyc.domain.errors import FieldsInvalid, NotAllowedNow
from ekyc.domain.events import CUSTOMER, Event
from ekyc.domain.flag import Limits
from ekyc.domain.form import check_fields
from ekyc.journey import flags, handover
from ekyc.journey.ports import Clock
from ekyc.storage import applications, documents
from ekyc.storage.documents import Edit
from ekyc.storage.store import Store, Tx


async def draft(
    store: Store, clock: Clock, *, application_id: str, fields: Mapping[str, str]
) -> None:
    """Keep what was typed so far, right or not; `NotAllowedNow`, `FieldsInvalid`."""
    now = clock.now()
    async with store.begin() as tx:
        application = await _open(tx, application_id)
        await _keep(tx, application, fields, now)
        tx.wake(f"application:{application_id}")


async def confirm(
    store: Store,
    clock: Clock,
    *,
    application_id: str,
    fields: Mapping[str, str],
    secret: bytes,
    rules: Limits,
    zone: str,
) -> None:
    """The customer says the form is right; `FieldsInvalid` names each field that is not.

    What was typed is kept even when it is refused. `secret` is the server's key: under it the
    document's numbers are marked, so that another application with one of them is found.
    """
    now = clock.now()
    faults: dict[str, str] = {}
    async with store.begin() as tx:
        application = await _open(tx, application_id)
        await _keep(tx, application, fields, now)
        form = await documents.compare(tx, application_id)
        values = {name: field.value for name, field in form.fields.items()}
        today = now.astimezone(ZoneInfo(zone)).date()
        kind = Kind(application.document_kind)
        faults = check_fields(kind, values, today=today, demo=rules.demo)
        if not faults:
            await handover.photographed(tx, application_id, now=now)
            await _done(tx, application, form, now)
            await flags.mark(tx, application, form, secret=secret)
            await flags.tell(tx, application, form, rules=rules, today=today, now=now)
    if faults:  # outside the transaction: what was typed must stand
        raise FieldsInvalid(faults)


async def _open(tx: Tx, application_id: str) -> Application:
    application = await applications.load(tx, application_id)
    if application.stage is not Stage.DOCUMENTED:
        raise NotAllowedNow
    read = await documents.readings(tx, application_id)
    if not read.keys() >= set(form_of(application.document_kind).sides):
        raise NotAllowedNow
    return application


async def _keep(tx: Tx, application: Application, fields: Mapping[str, str], now: datetime) -> None:
    """Keep only what differs from the value in force; each difference is an edit."""
    known = form_of(application.document_kind).fields
    strangers = {name: "field-unknown" for name in fields if name not in known}
    if strangers:
        raise FieldsInvalid(strangers)
    before = (await documents.compare(tx, application.id)).fields
    changes = {}
    for name, value in fields.items():
        shown = before.get(name)
        edit = Edit(
            before=shown.value if shown else "",
            after=normalised(name, value)[:300],
            source=shown.source if shown else None,
        )
        if edit.before != edit.after:
            changes[name] = edit
    await documents.set_typed(tx, application.id, changes, actor="customer", now=now)


async def _done(tx: Tx, application: Application, form: Comparison, now: datetime) -> None:
    moved = move(application, Stage.CONFIRMED, now=now)
    await applications.save(tx, moved, actor=CUSTOMER)
    name = form.fields["full_name"].value
    await applications.set_values(tx, application.id, form_name=name)
    data = {
        "typed": sorted(await documents.typed(tx, application.id)),
        "doubtful": sorted(n for n, field in form.fields.items() if field.doubtful),
        "conflicts": sorted(conflict.field for conflict in form.conflicts),
    }
    await tx.tell(
        Event(
            name="application.confirmed",
            application_id=application.id,
            at=now,
            actor=CUSTOMER,
            data=data,
        )
    )
