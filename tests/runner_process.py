"""The embedded runner and the sweeper in a process of their own, which a test may kill."""

import asyncio
from pathlib import Path

import aiohttp

from ekyc.app import SystemClock
from ekyc.demo.bank import InboxSender
from ekyc.jobs.booking import Desk, messenger
from ekyc.jobs.runner import Runner
from ekyc.jobs.sweeper import Sweeper, discarder
from ekyc.jobs.webhooks import deliverer, given_up
from ekyc.journey import appointed, webhooks
from ekyc.journey.discard import DISCARD
from ekyc.notify.outgoing import connector
from ekyc.notify.reminder import reminder
from ekyc.notify.texts import Texts
from ekyc.settings import Crm, Jobs, Settings
from ekyc.storage import deliveries
from ekyc.storage.bus import Bus
from ekyc.storage.objects import Objects
from ekyc.storage.store import Store


def main(url: str, objects: Path, crm: Crm) -> None:
    """Until it is killed."""
    asyncio.run(_work(url, objects, crm))


async def _work(url: str, objects: Path, crm: Crm) -> None:
    jobs = Jobs(poll_s=0.05, sweep_s=0.2, backoff_s=0.1, backoff_max_s=0.2)
    settings = Settings(crm=crm, jobs=jobs)
    due = webhooks.due(crm.webhook_url, crm.webhook_events)
    store, clock, texts = Store(url, bus=Bus(), due=due), SystemClock(), Texts()
    phone = InboxSender(clock)
    phone.open(store)
    desk = Desk(
        store=store,
        clock=clock,
        texts=texts,
        bank=settings.bank,
        address="https://kyc.bank.example",
        link_hours=settings.applications.link_hours,
    )
    sweeper = Sweeper(store, clock, settings, sender=phone, word=reminder(settings, texts))
    async with aiohttp.ClientSession(connector=connector(private=crm.webhook_private)) as http:
        handlers = {
            deliveries.KIND: deliverer(store, clock, crm, http),
            DISCARD: discarder(Objects(objects)),
            appointed.MESSAGE: messenger(desk, phone),
            appointed.RING: messenger(desk, phone),
        }
        runner = Runner(store, clock, jobs, handlers, {deliveries.KIND: given_up(clock)})
        async with asyncio.TaskGroup() as group:
            group.create_task(runner.run())
            group.create_task(sweeper.run())
