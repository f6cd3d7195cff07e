"""Composition: the only module that knows all others. Opened in order, closed in reverse."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
from aiohttp import web

from ekyc.clock import SteadyClock
from ekyc.crew import Crew
from ekyc.domain.message import Channel
from ekyc.jobs import alerts as alerting
from ekyc.jobs import booking as booking_messages
from ekyc.jobs import desk_push as desk_pushing
from ekyc.jobs import push as pushing
from ekyc.jobs import recall as recall_messages
from ekyc.jobs.exports import Studio, composer
from ekyc.jobs.invitation import inviter
from ekyc.jobs.matcher import Matcher
from ekyc.jobs.messages import asker
from ekyc.jobs.recordings import adopt, finisher
from ekyc.jobs.runner import Runner, Work
from ekyc.jobs.strays import sweep
from ekyc.jobs.sweeper import Sweeper, discarder
from ekyc.jobs.webhooks import deliverer, given_up
from ekyc.journey import alerts, appointed, call, export, messages, room, sealing, webhooks
from ekyc.journey import desk as desks
from ekyc.journey import desk_push as telling
from ekyc.journey import recall as recalls
from ekyc.journey.decision import rules_of
from ekyc.journey.discard import DISCARD
from ekyc.journey.ports import Clock, Mailer, Reader, Sender
from ekyc.journey.ports import MediaPlane as Plane
from ekyc.journey.presence import Presence
from ekyc.media.plane import MediaPlane
from ekyc.notify import preparation
from ekyc.notify.gateway import Gateway
from ekyc.notify.none import NoSender
from ekyc.notify.outgoing import connector
from ekyc.notify.push import Push
from ekyc.notify.reminder import reminder
from ekyc.notify.smtp import SmtpMailer
from ekyc.notify.texts import Texts
from ekyc.settings import Settings
from ekyc.storage import deliveries, secret
from ekyc.storage.bus import Bus
from ekyc.storage.migrate import migrate
from ekyc.storage.objects import Objects
from ekyc.storage.staff import Member
from ekyc.storage.store import Store
from ekyc.vision.pool import DocumentPool
from ekyc.vision.pose_server import PoseServer
from ekyc.web import codes, description, pages
from ekyc.web.api import Routes, check_permissions
from ekyc.web.gateway import open_gateway
from ekyc.web.keys import (
    BUS,
    CLOCK,
    CREW,
    EDITION,
    LISTENING,
    LIVE,
    MEDIA,
    METRICS,
    OBJECTS,
    PREPARATION,
    PUSH,
    READER,
    RING,
    ROOMS,
    SECRET,
    SENDER,
    SETTINGS,
    SIGN_IN_HINT,
    STORE,
    TEXTS,
    TURN,
    VITALS,
)
from ekyc.web.live import Live
from ekyc.web.metrics import MeasuredReader, Metrics
from ekyc.web.middleware import counted, problems, security_headers
from ekyc.web.rooms import Rooms
from ekyc.web.so_far import FRONTS, Fronts
from ekyc.web.tables import TABLES
from ekyc.web.turn import Turn
from ekyc.web.vitals import Ping, Vitals, writable


class SystemClock:
    """The machine's clock: for commands, which are over before it can be put wrong."""

    def now(self) -> datetime:
        """This instant, UTC."""
        return datetime.now(UTC)


async def _no_hint(member: Member) -> None:
    """Outside a demo the code stands in the person's own authenticator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What tests and the demo put in the place of the real outside."""

    clock: Clock = field(default_factory=SteadyClock)
    sender: Sender | None = None
    """None: the providers of the settings, if they name any."""
    mailer: Mailer | None = None
    """None: the SMTP server of the settings, if they name one."""
    reader: Reader | None = None
    media: Plane | None = None
    sign_in_hint: Callable[[Member], Awaitable[None]] = _no_hint


OUTSIDE = web.AppKey("outside", Outside)
POSE_SOCKET = "pose.sock"
POSES = web.AppKey("poses", PoseServer)
DOCUMENTS = web.AppKey("documents", DocumentPool)


def build_app(
    settings: Settings, outside: Outside | None = None, extra_routes: Sequence[Routes] = ()
) -> web.Application:
    """The whole server; `RuntimeError` when a route names no permission, `BadPreparation`."""
    outside = outside or Outside()
    app = web.Application(
        middlewares=[counted, problems], client_max_size=settings.server.body_max_bytes
    )
    app.on_response_prepare.append(security_headers)
    app[SETTINGS], app[CLOCK], app[SENDER] = settings, outside.clock, outside.sender or NoSender()
    app[SIGN_IN_HINT], app[TEXTS] = outside.sign_in_hint, Texts()
    app[PREPARATION] = preparation.load(settings)
    app[SECRET], app[OBJECTS] = server_key(settings), Objects(settings.objects.folder)
    app[OUTSIDE], app[EDITION] = outside, pages.edition()
    app[PUSH] = Push(app[SECRET], settings.mail.sender)
    app[TURN], app[FRONTS] = Turn(settings.ice), Fronts()
    app[METRICS], app[VITALS] = Metrics(), Vitals(settings.objects, _pings(app, settings))
    app[LISTENING] = asyncio.Event()
    app[LISTENING].set()  # until `listen` says otherwise: other hosts open the port themselves
    app.on_shutdown.append(_say_goodbye)
    first = [_open_store, _open_crew, _open_vision]
    own_sender = [open_gateway] if outside.sender is None else []
    app.cleanup_ctx.extend([*first, *own_sender, _open_jobs, _open_media])
    tables = [*TABLES, *extra_routes]
    for table in [*tables, description.routes(tables)]:
        table.add_to(app)
    check_permissions(app)
    return app


def _pings(app: web.Application, settings: Settings) -> dict[str, Ping]:
    """What /readyz asks."""

    async def database() -> str:
        await app[STORE].ping()
        return "ok"

    async def media() -> str:
        await app[MEDIA].ping()
        return "ok"

    async def clock() -> str:
        """A machine's clock that was put wrong serves customers, but somebody should know."""
        own = app[CLOCK]
        return "jumped" if isinstance(own, SteadyClock) and own.jump_s() else "ok"

    return {
        "clock": clock,
        "database": database,
        "objects": writable(settings.objects.folder),
        "spool": writable(settings.objects.spool),
        "media": media,
        "pose": lambda: app[POSES].ping(),
        "documents": lambda: app[DOCUMENTS].ping(),
    }


def server_key(settings: Settings) -> bytes:
    """The key of codes and signatures: set, or made once and kept readable by its owner alone."""
    if text := settings.secret.get_secret_value():
        return secret.parse(text)
    return secret.kept(settings.secret_file)


def open_store(
    settings: Settings, bus: Bus, heard: Callable[[str], None] = lambda name: None
) -> Store:
    """The database, with the work each fact makes due."""
    return Store(
        settings.database.url,
        bus=bus,
        readers=settings.database.readers,
        busy_timeout_s=settings.database.busy_timeout_s,
        statement_s=settings.database.statement_s,
        due=webhooks.due(settings.crm.webhook_url, settings.crm.webhook_events),
        heard=heard,
    )


async def _open_store(app: web.Application) -> AsyncIterator[None]:
    app[BUS] = Bus()
    app[STORE] = open_store(app[SETTINGS], app[BUS], app[METRICS].fact)
    await migrate(app[STORE])
    app[RING] = await sealing.ring(app[STORE], app[SETTINGS].seal_keys)
    yield
    await app[STORE].close()


async def _open_vision(app: web.Application) -> AsyncIterator[None]:
    """Pixel workers; the first photograph and the first movement start them."""
    settings = app[SETTINGS]
    run = settings.server.runtime_dir
    await asyncio.to_thread(run.mkdir, mode=0o700, parents=True, exist_ok=True)
    documents = app[DOCUMENTS] = DocumentPool(settings.vision, settings.documents)
    app[READER] = MeasuredReader(app[OUTSIDE].reader or documents, app[METRICS])
    poses = app[POSES] = PoseServer(settings.vision, run / POSE_SOCKET)
    await poses.start()
    yield
    await poses.close()
    await documents.close()


async def _open_media(app: web.Application) -> AsyncIterator[None]:
    """Media workers; what a crash left in the spool is taken care of before a room opens."""
    settings = app[SETTINGS]
    spool = settings.objects.spool
    await asyncio.to_thread(spool.mkdir, parents=True, exist_ok=True)
    await adopt(app[STORE], app[CLOCK], app[OBJECTS], spool)
    clock = app[CLOCK]
    own = clock if isinstance(clock, SteadyClock) else None
    poses = settings.server.runtime_dir / POSE_SOCKET
    plane = MediaPlane(settings.media, settings.ice, spool, poses, own)
    app[MEDIA] = app[OUTSIDE].media or plane
    if app[MEDIA] is plane:
        await plane.start()
    await room.lose_all(app[STORE], app[CLOCK])
    await desks.miss_all(app[STORE], app[CLOCK])
    limits = call.limits(settings.queue, settings.call)
    app[ROOMS] = Rooms(
        *(app[STORE], app[CLOCK], app[MEDIA], app[RING], limits, app[CREW]),
        rules=settings.call,
        presence=_presence(app),
    )
    app[LIVE] = Live(app[BUS], unheard_s=settings.server.unheard_s)
    app[CREW].start(app[ROOMS].listen(), name="rooms")
    yield
    if app[MEDIA] is plane:
        await plane.close()
        await app[ROOMS].heard_out(settings.media.stop_s)


def _presence(app: web.Application) -> Presence:
    parts = (app[STORE], app[CLOCK], app[OBJECTS], app[RING], app[DOCUMENTS])
    return Presence(*parts, app[SETTINGS].faces, rules_of(app[SETTINGS].call).supervised)


async def _say_goodbye(app: web.Application) -> None:
    """Before open requests are waited for: pages that would stay open for ever are let go."""
    app[LIVE].close()
    await app[ROOMS].say_goodbye()


async def _open_crew(app: web.Application) -> AsyncIterator[None]:
    async with Crew() as app[CREW]:
        yield


def _booking_messages(app: web.Application, http: aiohttp.ClientSession) -> dict[str, Work]:
    """What tells customers and agents of appointments, and who is away of the turn; `http` reaches
    push services."""
    settings, clock = app[SETTINGS], app[CLOCK]
    desk = booking_messages.Desk.of(settings, app[STORE], clock, app[TEXTS])
    post = app[OUTSIDE].mailer
    if post is None and settings.mail.host:
        post = SmtpMailer(settings.mail, clock.now)
    return {
        **dict.fromkeys(
            (appointed.MESSAGE, appointed.RING), booking_messages.messenger(desk, app[SENDER])
        ),
        appointed.MAIL: booking_messages.mailer(desk, post),
        appointed.INVITE: inviter(desk, post, app[SECRET]),
        appointed.PUSH: pushing.spreader(desk, pushing.of_appointment),
        alerts.MAIL: alerting.mailer(
            desk, post, settings.alerts, language=settings.applications.language
        ),
        telling.TELL: desk_pushing.spreader(desk),
        desk_pushing.SEND: desk_pushing.pusher(desk, app[PUSH], settings.push, app[SECRET], http),
        recalls.MESSAGE: recall_messages.messenger(desk, codes.post(app)),
        recalls.PUSH: pushing.spreader(desk, recall_messages.of_recall),
        pushing.SEND: pushing.pusher(
            *(desk, app[PUSH], settings.push, app[SECRET], http),
            {"appointment": pushing.of_appointment, "ticket": recall_messages.of_recall},
        ),
    }


def _studio(app: web.Application) -> Studio:
    return Studio(
        store=app[STORE],
        clock=app[CLOCK],
        objects=app[OBJECTS],
        ring=app[RING],
        texts=app[TEXTS],
        settings=app[SETTINGS],
    )


async def _work(app: web.Application, runner: Runner) -> None:
    """The demo's CRM is this very server: work begins when it can be reached."""
    await app[LISTENING].wait()
    await runner.run()


def _sweeper(app: web.Application) -> Sweeper:
    sender = app[SENDER]
    nobody = isinstance(sender, NoSender)
    word = None if nobody else reminder(app[SETTINGS], app[TEXTS])
    return Sweeper(app[STORE], app[CLOCK], app[SETTINGS], sender=sender, word=word)


_URGENT = frozenset({appointed.RING, pushing.SEND, desk_pushing.SEND})
"""Somebody's telephone or desk is to ring now: one that cannot be reached holds up no other."""


async def _open_jobs(app: web.Application) -> AsyncIterator[None]:
    settings = app[SETTINGS]
    own = connector(private=settings.crm.webhook_private)
    http = aiohttp.ClientSession(connector=own, trust_env=False)
    push_http = aiohttp.ClientSession(connector=pushing.connector(settings.push), trust_env=False)
    handlers: dict[str, Work] = {
        room.FINISH: finisher(
            app[STORE],
            app[CLOCK],
            app[OBJECTS],
            app[RING],
            settings.objects.spool,
            app[METRICS].recorded,
        ),
        DISCARD: discarder(app[OBJECTS]),
        export.COMPOSE: composer(_studio(app)),
        **_booking_messages(app, push_http),
    }
    if settings.crm.webhook_url:
        handlers[deliveries.KIND] = deliverer(app[STORE], app[CLOCK], settings.crm, http)
    if isinstance(sender := app[SENDER], Gateway):
        handlers[messages.ASK] = asker(app[STORE], app[CLOCK], sender, settings.gateways)
    last_words = {deliveries.KIND: given_up(app[CLOCK])}
    runner = Runner(app[STORE], app[CLOCK], settings.jobs, handlers, last_words, _URGENT)
    matcher = Matcher(
        app[STORE],
        app[CLOCK],
        settings.queue,
        settings.call,
        settings.booking,
        takes_calls=app[VITALS].takes_calls,
        is_draining=lambda: app[VITALS].is_draining,
        by_message=app[SENDER].reaches(Channel.SMS),
    )
    async with Crew() as crew:
        crew.start(_work(app, runner), name="jobs")
        crew.start(matcher.run(), name="matcher")
        watching = alerting.watch(app[STORE], app[CLOCK], settings.alerts, settings.queue)
        crew.start(watching, name="alerts")
        sweeping = sweep(
            app[STORE], app[CLOCK], app[OBJECTS], settle_s=settings.objects.forgotten_s
        )
        crew.start(sweeping, name="sweep")
        crew.start(_sweeper(app).run(), name="sweeper")
        yield
    # The media are closed by now: what they recorded last is finished before we go.
    await runner.finish_off(room.FINISH, within_s=settings.server.drain_s)
    await push_http.close()
    await http.close()
