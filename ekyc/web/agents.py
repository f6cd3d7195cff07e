"""What agents can do with customers: the languages they speak, the skills groups ask for."""

from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import BaseModel, Field

from ekyc.domain.access import SERVING, Action
from ekyc.domain.errors import NotFound
from ekyc.domain.events import Actor
from ekyc.domain.routing import SKILL
from ekyc.journey import staff as accounts
from ekyc.storage import staff
from ekyc.web.api import Body, Routes
from ekyc.web.keys import CLOCK, SETTINGS, STORE, SUBJECT

routes = Routes()
_PLAN = Action.PLAN


class TalentsIn(Body):
    speaks: list[Literal["vi", "en"]] = Field(min_length=1, max_length=2)
    skills: list[Annotated[str, Field(pattern=f"^{SKILL}$")]] = Field(max_length=50)


class GroupView(BaseModel):
    """Customers who need agents with one skill; an empty skill is everybody's."""

    name: str
    skill: str


class AgentView(BaseModel):
    """What one agent can do with customers."""

    id: str
    name: str
    role: str
    speaks: list[str]
    skills: list[str]


class AgentsView(BaseModel):
    """Everybody who has a desk, and what can be said of them."""

    languages: list[str]
    skills: list[str]
    groups: list[GroupView]
    agents: list[AgentView]


@routes.get("/api/agents", action=_PLAN, out=AgentsView)
async def agents(request: web.Request) -> Any:
    """Everybody who has a desk, and every skill a group asks for or somebody has."""
    app = request.app
    async with app[STORE].read() as tx:
        members = await staff.by_roles(tx, *SERVING)
    groups = app[SETTINGS].queue.groups
    known = {group.skill for group in groups if group.skill}
    known |= {skill for member in members for skill in member.skills}
    return {
        "languages": list(staff.LANGUAGES),
        "skills": sorted(known),
        "groups": [{"name": group.name, "skill": group.skill} for group in groups],
        "agents": [
            {
                "id": member.id,
                "name": member.name,
                "role": member.role.value,
                "speaks": list(member.speaks),
                "skills": list(member.skills),
            }
            for member in members
            if member.disabled_at is None
        ],
    }


@routes.put("/api/agents/{id}", action=_PLAN, body=TalentsIn, out=AgentsView, refuses=(NotFound,))
async def teach(request: web.Request, body: TalentsIn) -> Any:
    """What one of them can do from now on; who waits is served accordingly at once."""
    await accounts.teach(
        request.app[STORE],
        request.app[CLOCK],
        by=Actor(kind="staff", id=request[SUBJECT]),
        staff_id=request.match_info["id"],
        speaks=body.speaks,
        skills=body.skills,
    )
    return await agents(request)
