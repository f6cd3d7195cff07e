"""`ekyc serve --demo`: the whole server on embedded defaults, with invented staff and an inbox."""

from collections.abc import AsyncIterator, Sequence

from aiohttp import web
from pydantic import SecretStr

from ekyc.app import Outside, build_app
from ekyc.clock import SteadyClock
from ekyc.demo import lan, pages, past, specimens
from ekyc.demo.bank import OPEN, InboxSender, Secrets, furnish, man
from ekyc.demo.lan import Lan
from ekyc.demo.pages import INBOX, KEPT
from ekyc.settings import Booking, Codes, Settings
from ekyc.web.keys import CLOCK, CREW, SETTINGS, STORE

RENEWED = web.AppKey("demo_password_renewed", bool)
MANY_CODES = Codes(block_sends_per_day=1_000)
"""The numbers of the demo's customers are one block, and its codes go no further than the inbox."""


def demo_settings(settings: Settings, lan_hosts: Sequence[str] = ()) -> tuple[Settings, Secrets]:
    """The demo's own: media on loopback or the LAN; this server is the CRM unless one is named.

    On the LAN the staff's password is made anew at each start. Raises `ValidationError` when the
    plain server would listen beyond this machine.
    """
    sections = {name: getattr(settings, name) for name in Settings.model_fields}
    demo = Settings(**{**sections, "demo": True})
    path = demo.secret_file.with_name("demo.json")
    kept = Secrets.keep(path)
    if lan_hosts:
        kept = kept.renewed(path)
    server = demo.server.model_copy(update={"tls_certificate": "", "tls_key": ""})
    host = f"[{server.host}]" if ":" in server.host else server.host
    own_crm = {
        "webhook_url": f"http://{host}:{server.port}/demo/webhooks",
        "webhook_private": True,
        "webhook_secret": SecretStr(kept.webhook_secret),
    }
    crm = demo.crm.model_copy(
        update={"environment": "test", **({} if demo.crm.webhook_url else own_crm)}
    )
    hosts = demo.ice.hosts or list(lan_hosts) or ["127.0.0.1"]
    ice = demo.ice.model_copy(update={"hosts": hosts})
    hours = demo.booking.opening
    opening = OPEN if hours == Booking().opening else hours
    booking = demo.booking.model_copy(update={"opening": opening})
    codes = MANY_CODES if demo.codes == Codes() else demo.codes
    changed = {"server": server, "crm": crm, "ice": ice, "booking": booking, "codes": codes}
    return demo.model_copy(update=changed), kept


def demo_app(
    settings: Settings,
    kept: Secrets,
    outside: Outside | None = None,
    *,
    is_renewed: bool = False,
) -> web.Application:
    """The server with the demo's pages and people; `is_renewed`: the password is a new one."""
    clock = outside.clock if outside else SteadyClock()
    sender = InboxSender(clock)
    given = outside or Outside()
    app = build_app(
        settings,
        Outside(
            clock=clock,
            sender=sender,
            mailer=sender,
            sign_in_hint=sender.sign_in_code,
            reader=given.reader,
            media=given.media,
        ),
        extra_routes=[pages.routes, specimens.routes],
    )
    app[KEPT], app[INBOX], app[RENEWED] = kept, sender, is_renewed
    app.cleanup_ctx.append(_furnished)
    return app


async def _furnished(app: web.Application) -> AsyncIterator[None]:
    app[INBOX].open(app[STORE])
    await furnish(app[STORE], app[CLOCK], app[KEPT], is_renewed=app[RENEWED])
    await man(app[STORE], app[CLOCK])
    yield


async def greeting(app: web.Application, network: Lan | None = None) -> str:
    """The start block, with a fresh customer for this machine and one for the phone.

    From now on the demo makes its finished files, behind everybody's work.
    """
    app[CREW].start(past.make(app), name="demo.past")
    server = app[SETTINGS].server
    address = f"http://{server.host}:{server.port}"
    link = await pages.open_customer(app, address, language="vi")
    said = welcome(address, link, app[KEPT])
    if network is None:
        return said
    on_phone = await pages.open_customer(app, network.trust, language="vi")
    # The trust page hands the link's token on; a fragment is sent to no server.
    return said + lan.welcome(network, on_phone.replace("/c/#", "/#"), address)


def welcome(address: str, link: str, kept: Secrets) -> str:
    """The start block: what to open, how to sign in, how to stop."""
    return f"""
  ekyc · demo

  Customer    {link}
              (another one: {address}/demo/)
  Agent       {address}/staff/desk
              sign in as minhanh, password {kept.password}
  Codes       {address}/demo/inbox  and in this terminal
  Card        {address}/demo/cards  to print or show on another screen; never use a real one
  By itself   ./run ekyc demo           plays a customer
              ./run ekyc demo --agent   plays the agent
  Stop        Ctrl-C
"""
