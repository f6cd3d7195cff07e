"""Valid things by default; a test overrides what it is about."""

from dataclasses import replace

from ekyc.domain.access import Role
from ekyc.domain.application import Application, Stage
from ekyc.storage import applications, staff
from ekyc.storage.staff import Member
from ekyc.storage.store import Store
from tests.fakes import START


def an_application(id: str = "first", **changes: object) -> Application:
    """Somebody whose form is confirmed and who could call now."""
    application = Application(
        id=id,
        reference=f"HS-2611-{id}",
        stage=Stage.CONFIRMED,
        version=1,
        external_id=f"crm-{id}",
        language="vi",
        phone="+84900000318",
        phone_source="crm",
        phone_as_of="2026-11-20",
        name="MẪU THỊ SEN",
        document_kind="other",
        opened_at=START,
        updated_at=START,
    )
    return replace(application, **changes)  # type: ignore[arg-type]


def a_member(id: str = "lan", **changes: object) -> Member:
    """An agent with an account nobody signs in to."""
    member = Member(
        id=id,
        login=id,
        name=id.title(),
        role=Role.AGENT,
        language="vi",
        password="no hash at all",
        totp_secret="",
    )
    return replace(member, **changes)  # type: ignore[arg-type]


async def given(store: Store, *things: Application | Member) -> None:
    """Put them into the store."""
    async with store.begin() as tx:
        for thing in things:
            if isinstance(thing, Member):
                await staff.add(tx, thing)
            else:
                await applications.add(tx, thing, product="")
