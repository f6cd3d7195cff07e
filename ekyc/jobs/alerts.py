"""Looks at the queue for supervisors, and mails what is wrong to whom the settings name."""

import asyncio
from typing import Any

from ekyc.jobs.booking import Desk, Work, bank_name
from ekyc.jobs.turn import attempt
from ekyc.journey import alerts as journey
from ekyc.journey.ports import Clock, Mailer
from ekyc.settings import Alerts, Queue
from ekyc.storage import alerts
from ekyc.storage.store import Store


async def watch(store: Store, clock: Clock, rules: Alerts, line: Queue) -> None:
    """Until cancelled; a failed look is logged and costs one turn."""
    while True:
        await attempt("alerts", "look", lambda: journey.look(store, clock, rules, line))
        await asyncio.sleep(rules.every_s)


def mailer(desk: Desk, post: Mailer | None, rules: Alerts, *, language: str) -> Work:
    """The handler of `alert.mail`: told as long as nobody acknowledged it."""

    async def send(payload: dict[str, Any]) -> None:
        async with desk.store.read() as tx:
            alert = await alerts.find(tx, payload["alert"])
        assert alert is not None  # rows are never deleted
        number = payload["to"]
        if post is None or number >= len(rules.mail_to) or not journey.is_true(alert):
            return
        values = {
            "bank": bank_name(desk, language),
            "n": str(alert.count),
            "link": f"{desk.address}/staff/wall",
        }
        await post.mail(
            to=rules.mail_to[number],
            subject=desk.texts.say("messages", f"alert.{alert.why}.subject", language, **values),
            text=desk.texts.say("messages", f"alert.{alert.why}", language, **values),
            id=f"{alert.id}.{payload['nth']}.{number}",
        )

    return send
