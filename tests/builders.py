"""Valid things by default; a test overrides what it is about."""

from dataclasses import replace
from zlib import crc32

from ekyc.domain.access import Role
from ekyc.domain.application import Application, Stage
from ekyc.domain.document import (
    Candidate,
    Fault,
    FaultCode,
    Kind,
    Side,
    SideReading,
    SideResult,
    Source,
)
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


def a_number(id: str) -> str:
    """A telephone number of this customer's own."""
    return f"+849{crc32(id.encode()) % 10**8:08d}"


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


def a_form(**changes: str) -> dict[str, str]:
    """What the owner of another document types."""
    return {
        "number": "B1234567",
        "full_name": "MẪU THỊ SEN",
        "birth_date": "1990-03-08",
        "sex": "F",
        "nationality": "Việt Nam",
        "origin": "Hà Nội",
        "residence": "1 Phố Mẫu, Hà Nội",
        "issue_date": "2022-01-05",
        "expiry_date": "2030-03-08",
        **changes,
    }


PRINTED = {
    Side.FRONT: ("number", "full_name", "birth_date", "sex", "nationality", "origin", "residence"),
    Side.BACK: ("issue_date", "expiry_date"),
}
"""What stands where on a card, as far as the tests of the journey mind."""


def a_side(side: Side, *faults: FaultCode, **changes: str) -> SideResult:
    """One side of a drawn card that belongs to nobody, as the reader gives it."""
    values = a_form(**{"number": "000190000318", **changes})
    reading = SideReading(
        kind=Kind.CCCD_2021,
        side=side,
        rotation_deg=0,
        corners=((0.0, 0.0), (856.0, 0.0), (856.0, 540.0), (0.0, 540.0)),
        width_px=1200,
        height_px=900,
        faults=tuple(Fault(code=code) for code in faults),
        qr_text=None,
        mrz_lines=None,
        mrz_valid=None,
        candidates={
            name: {Source.OCR: Candidate(value=values[name], confidence=0.95)}
            for name in PRINTED[side]
        },
    )
    return SideResult(reading=reading, straightened=b"a card", original=b"a photograph")
