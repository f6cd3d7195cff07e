"""How guests of a call are shown: to its agent, and to the desk that is rung for one."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from ekyc.domain.call import Party
from ekyc.domain.desk import Desk, DeskState
from ekyc.domain.guest import Guest, GuestState
from ekyc.storage import applications, calls, guests, staff
from ekyc.storage.store import Tx


def guest_shown(guest: Guest, names: Mapping[str, str]) -> dict[str, Any]:
    """One guest; a `GuestView`."""
    return {
        "id": guest.id,
        "kind": guest.kind.value,
        "mode": guest.mode.value,
        "state": guest.state.value,
        "name": names.get(guest.staff_id or "", ""),
        "note": guest.note,
        "asked_at": guest.asked_at.isoformat(),
    }


async def beside(tx: Tx, call_id: str) -> list[dict[str, Any]]:
    """Who is in a call, or asked into it, as its agent sees it."""
    names = await staff.names(tx)
    here = await guests.open_in(tx, call_id)
    return [guest_shown(one, names) for one in here if one.kind is not Party.SUPERVISOR]


async def invitation(tx: Tx, desk: Desk, *, ring_s: float, now: datetime) -> dict[str, Any] | None:
    """The call a desk is rung for, or is in, as a guest."""
    if desk.state not in {DeskState.RINGING, DeskState.IN_CALL}:
        return None
    guest = await guests.of_staff(tx, desk.staff_id)
    if guest is None or guest.kind is Party.SUPERVISOR:
        return None
    call = await calls.find(tx, guest.call_id)
    assert call is not None  # its row names it
    application = await applications.load(tx, guest.application_id)
    names = await staff.names(tx)
    rings_until = guest.asked_at + timedelta(seconds=ring_s)
    left = max(0, ceil((rings_until - now).total_seconds()))
    return {
        "id": guest.id,
        "kind": guest.kind.value,
        "mode": guest.mode.value,
        "state": guest.state.value,
        "call": guest.call_id,
        "application": application.id,
        "reference": application.reference,
        "customer": application.shown_name,
        "agent": names.get(call.agent_id, ""),
        "note": guest.note,
        "ring_seconds_left": left if guest.state is GuestState.ASKED else None,
    }
