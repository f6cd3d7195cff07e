"""`ekyc serve --demo`: the whole server on embedded defaults, with invented staff and an inbox."""

from collections.abc import AsyncIterator

from aiohttp import web
from pydantic import SecretStr

from ekyc.app import Outside, SystemClock, build_app
from ekyc.demo import pages
from ekyc.demo.bank import InboxSender, Secrets, furnish
from ekyc.demo.pages import INBOX, KEPT
from ekyc.settings import Settings
from ekyc.web.keys import CLOCK, STORE


def demo_settings(settings: Settings) -> tuple[Settings, Secrets]:
    """The demo's own: loopback media, a CRM that listens at this very server.

    Raises `ValidationError` when the server would listen beyond this machine.
    """
    sections = {name: getattr(settings, name) for name in Settings.model_fields}
    demo = Settings(**{**sections, "demo": True})
    kept = Secrets.keep(demo.secret_file.with_name("demo.json"))
    server = demo.server
    host = f"[{server.host}]" if ":" in server.host else server.host
    crm = demo.crm.model_copy(
        update={
            "environment": "test",
            "webhook_url": f"http://{host}:{server.port}/demo/webhooks",
            "webhook_private": True,
            "webhook_secret": SecretStr(kept.webhook_secret),
        }
    )
    ice = demo.ice.model_copy(update={"hosts": demo.ice.hosts or ["127.0.0.1"]})
    return demo.model_copy(update={"crm": crm, "ice": ice}), kept


def demo_app(settings: Settings, kept: Secrets, outside: Outside | None = None) -> web.Application:
    """The server with the demo's pages and people."""
    clock = outside.clock if outside else SystemClock()
    sender = InboxSender(clock)
    given = outside or Outside()
    app = build_app(
        settings,
        Outside(
            clock=clock,
            sender=sender,
            sign_in_hint=sender.sign_in_code,
            reader=given.reader,
            media=given.media,
        ),
        extra_routes=[pages.routes],
    )
    app[KEPT], app[INBOX] = kept, sender
    app.cleanup_ctx.append(_furnished)
    return app


async def _furnished(app: web.Application) -> AsyncIterator[None]:
    app[INBOX].open(app[STORE])
    await furnish(app[STORE], app[CLOCK], app[KEPT])
    yield


def welcome(address: str, link: str, kept: Secrets) -> str:
    """The start block: what to open, how to sign in, how to stop."""
    return f"""
  ekyc · demo

  Customer    {link}
              (another one: {address}/demo/)
  Agent       {address}/staff/desk
              sign in as minhanh, password {kept.password}
  Codes       {address}/demo/inbox  and in this terminal
  By itself   ./run ekyc demo           plays a customer
              ./run ekyc demo --agent   plays the agent
  Stop        Ctrl-C
"""
