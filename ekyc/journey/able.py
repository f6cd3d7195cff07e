"""Who may be booked for a customer: the language they speak, the skill of the customer's group."""

from collections.abc import Collection

from ekyc.domain.access import SERVING
from ekyc.domain.routing import Routes, group_of
from ekyc.storage import queue, staff
from ekyc.storage.store import Tx

NO_ROUTES = Routes()


async def agents(tx: Tx, application_id: str, routes: Routes) -> Collection[str]:
    """By their ids, on shift or not."""
    wants = await queue.wants(tx, application_id)
    skill = routes.skill_of(group_of(routes, wants))
    return {
        member.id
        for member in await staff.by_roles(tx, *SERVING)
        if member.disabled_at is None
        and wants.language in member.speaks
        and (not skill or skill in member.skills)
    }
