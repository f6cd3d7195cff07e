"""What the customer's pages are told of a one-time code and its message."""

from datetime import datetime
from typing import Any

from ekyc.domain import code as rules
from ekyc.domain.callback import Standing, standing
from ekyc.domain.code import Code, CodeState, Purpose
from ekyc.domain.message import Message, MessageState
from ekyc.storage import callbacks, codes, messages, tokens
from ekyc.storage.store import Tx


async def phone(
    tx: Tx, application_id: str, session: str, *, can_speak: bool, now: datetime
) -> dict[str, Any] | None:
    """The live code, to the session that asked for it; how another one would come."""
    code = await codes.live(tx, application_id, Purpose.PHONE)
    if code is None or code.bound_to != tokens.digest(session):
        return None
    message = await messages.find(tx, code.id)
    again = rules.channel_of(code, purpose=code.purpose, wish=None, can_speak=can_speak, now=now)
    return {
        "channel": code.channel.value,
        "state": message.state.value if message else MessageState.HANDED.value,
        "again_by": again.value,
        "sent_at": code.sent_at.isoformat(),
        "again_at": code.again_at.isoformat(),
        "expires_at": code.expires_at.isoformat(),
        "tries_left": code.tries_left,
    }


async def in_call(tx: Tx, call_id: str) -> dict[str, Any] | None:
    """To the customer: the code of the call, while it can be given back."""
    code = await codes.of_call(tx, call_id)
    if code is None or code.state is not CodeState.LIVE:
        return None
    return {
        "channel": code.channel.value,
        "sent_at": code.sent_at.isoformat(),
        "expires_at": code.expires_at.isoformat(),
        "tries_left": code.tries_left,
    }


async def is_called_back(tx: Tx, call_id: str, *, now: datetime) -> bool:
    """Whether a link was mailed in a call at which its code can be typed now."""
    callback = await callbacks.of_call(tx, call_id)
    if callback is None:
        return False
    code = await codes.find(tx, callback.id)
    return standing(callback, code, call_is_over=False, now=now) is Standing.OPEN


def staff(found: tuple[Code, Message | None] | None) -> dict[str, Any] | None:
    """To the agent: how the code of a call stands, and when another may be sent."""
    if found is None:
        return None
    code, message = found
    return {
        "state": code.state.value,
        "channel": code.channel.value,
        "delivery": (message.state if message else MessageState.HANDED).value,
        "sent_at": code.sent_at.isoformat(),
        "again_at": code.again_at.isoformat(),
        "expires_at": code.expires_at.isoformat(),
        "tries_left": code.tries_left,
    }
