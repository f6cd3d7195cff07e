"""The demo's own pages: a new customer at a click, the inbox, and a CRM that checks signatures."""

import secrets
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError

from ekyc.demo.bank import STAFF, InboxSender, Secrets
from ekyc.domain.access import Action
from ekyc.domain.errors import NotAllowed
from ekyc.domain.events import SYSTEM, Actor
from ekyc.journey import apply, mailboxes
from ekyc.journey.mailboxes import Registration
from ekyc.storage import inbox
from ekyc.web.api import Body, Routes
from ekyc.web.crm import public_url
from ekyc.web.keys import CLOCK, SECRET, SETTINGS, STORE
from ekyc.web.pages import STATIC, file

KEPT = web.AppKey("demo_secrets", Secrets)
INBOX = web.AppKey("demo_inbox", InboxSender)

routes = Routes(described=False)
_SHOWN = 30


class CustomerIn(Body):
    language: str = "vi"


@routes.get("/demo", action=Action.LOOK)
async def start(request: web.Request) -> web.StreamResponse:
    """The address without its slash."""
    raise web.HTTPFound("/demo/")


@routes.get("/demo/", action=Action.LOOK)
async def index(request: web.Request) -> web.StreamResponse:
    """Where a visitor of the demo begins."""
    return file(STATIC / "demo" / "index.html")


@routes.get("/demo/inbox", action=Action.LOOK)
async def inbox_page(request: web.Request) -> web.StreamResponse:
    """What would have been sent."""
    return file(STATIC / "demo" / "inbox.html")


def _stay_at_home(request: web.Request) -> None:
    """Passwords and codes are shown on the demo's own machine; the LAN comes by TLS: `NotAllowed`.

    Plain HTTP is served on loopback alone (`Settings.demo_stays_at_home`).
    """
    if request.secure:
        raise NotAllowed


@routes.get("/api/demo/staff", action=Action.LOOK)
async def members(request: web.Request) -> Any:
    """The demo's accounts, for those at its machine."""
    _stay_at_home(request)
    staff = [{"login": login, "role": role.value} for login, _, role in STAFF]
    return {"password": request.app[KEPT].password, "staff": staff}


@routes.post("/api/demo/customers", action=Action.LOOK, body=CustomerIn)
async def new_customer(request: web.Request, body: CustomerIn) -> Any:
    """Do what the bank's CRM would do: open an application and hand out its link."""
    return {"link": await open_customer(request.app, public_url(request), language=body.language)}


async def open_customer(app: web.Application, address: str, *, language: str) -> str:
    """A fresh application of the demo's customer; returns the link."""
    settings = app[SETTINGS]
    now = app[CLOCK].now()
    request = apply.Request(
        external_id=f"DEMO-{now:%H%M%S}",
        phone=f"+8490123{secrets.randbelow(10_000):04d}",  # one appointment for a number
        phone_source="crm",
        phone_as_of=now.date().isoformat(),
        name="",
        language=language,
        product="account",
    )
    async with app[STORE].begin() as tx:
        opened = await apply.open_application(
            tx,
            app[CLOCK],
            request,
            actor=SYSTEM,
            region=settings.applications.region,
            zone=settings.bank.zone,
            link_hours=settings.applications.link_hours,
        )
        mailbox = Registration(
            address=f"customer{request.phone[-4:]}@mail.example", source="crm", as_of=now.date()
        )
        await mailboxes.register(
            *(tx, app[CLOCK], app[SECRET], mailbox),
            application_id=opened.application.id,
            actor=Actor(kind="crm"),
            zone=settings.bank.zone,
        )
    return f"{address}/c/#{opened.link_token}"


@routes.get("/api/demo/inbox", action=Action.LOOK)
async def messages(request: web.Request) -> Any:
    """The latest messages, newest first, for those at the demo's machine."""
    _stay_at_home(request)
    async with request.app[STORE].read() as tx:
        rows = await inbox.newest(tx, limit=_SHOWN)
    keys = ("id", "channel", "to", "text")
    return {
        "messages": [
            {key: row[key] for key in keys} | {"at": row["at"].isoformat()} for row in rows
        ]
    }


@routes.post("/demo/webhooks", action=Action.RECEIVE)
async def receive(request: web.Request) -> Any:
    """The demo's CRM: believes nothing that is not signed."""
    try:
        text = (await request.read()).decode()
        told = Webhook(request.app[KEPT].webhook_secret).verify(text, dict(request.headers))
    except (WebhookVerificationError, UnicodeDecodeError):
        raise NotAllowed from None
    data = told["data"]
    line = f"{told['type']} {data['reference']} → {data.get('stage', '')}"
    await request.app[INBOX].put("webhook", "crm", line)
    return {}
