"""Changes asked for in calls and the entries after them, as the pages are answered."""

from typing import Literal

from pydantic import BaseModel

Instants = str
"""ISO 8601, UTC."""


class OwnAuthorisation(BaseModel):
    """A change the agent wrote down, for the customer to authorise."""

    id: str
    change: str
    state: Literal["asked", "shown", "confirmed", "refused", "declined", "lapsed"]
    digits: str | None
    """To be read to the agent; told to the one session that asked for it."""
    expires_at: Instants


class OwedView(BaseModel):
    """The entry of a call that is owed, as far as it was typed."""

    call: str
    application: str
    reference: str
    name: str
    due_at: Instants
    draft: str
    authorisations: list[dict[str, str]]
    """What the customer authorised in it: `id` and `change`."""
