"""The customer's appointment in their own calendar: an invitation by mail that moves and cancels.

One UID for all times of one application (`notify.calendar`), so the entry is moved, not doubled.
A mailbox that another one replaced has its entry taken away.
"""

import asyncio
from datetime import datetime
from typing import Any

from ekyc.jobs.booking import Desk, Work, find, greeting, is_true, link, link_until
from ekyc.journey import appointed
from ekyc.journey import mailboxes as journey
from ekyc.journey.ports import Mailer
from ekyc.notify import calendar
from ekyc.storage import applications, mailboxes


def inviter(desk: Desk, post: Mailer | None, secret: bytes) -> Work:
    """The handler of invitations to customers; without a server, or a mailbox somebody vouches
    for, their message and the page tell them."""

    async def send(payload: dict[str, Any]) -> None:
        word, now = payload["word"], desk.clock.now()
        async with desk.store.read() as tx:
            appointment = await find(tx, payload)
            application = await applications.load(tx, appointment.application_id)
            every = await mailboxes.of_application(tx, appointment.application_id)
            still = word == appointed.REPLACED or await is_true(tx, appointment, word, now=now)
        mailbox = journey.addressee(secret, every, payload)
        if post is None or mailbox is None or not still:
            return
        language, texts = application.language, desk.texts
        values = await greeting(desk, appointment, language)
        is_cancelled = word in ("cancelled", appointed.REPLACED)
        if not is_cancelled:
            until = link_until(desk, appointment, now=now)
            values["link"] = await link(desk, application.id, until=until, mailbox=mailbox.id)
            values["prepare"] = f"{desk.address}/c/prepare"
        one = calendar.Entry(
            id=application.id,
            at=appointment.at,
            minutes=appointment.minutes,
            title=texts.say("messages", "booking.calendar", language, **values),
            text=texts.say("messages", "booking.calendar.text", language),
            changed_at=datetime.fromisoformat(payload["since"]),
            is_cancelled=is_cancelled,
        )
        to = journey.opened(secret, mailbox)
        invitation = await asyncio.to_thread(  # the library reads time zones from files
            calendar.invitation, one, now=now, organizer=desk.sender, attendee=to
        )
        await post.mail(
            to=to,
            subject=texts.say("messages", f"invite.{word}.subject", language, **values),
            text=texts.say("messages", f"invite.{word}", language, **values),
            id=".".join(filter(None, (appointment.id, "invite", word, payload.get("mailbox")))),
            invitation=invitation,
        )

    return send
