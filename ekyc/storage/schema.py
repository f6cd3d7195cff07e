"""The tables. Instants are UTC, states are checked by the database too, constraints have names."""

import sqlalchemy as sa

from ekyc.domain.application import Stage
from ekyc.domain.call import CallState
from ekyc.domain.desk import DeskState
from ekyc.domain.queue import OPEN, TicketState
from ekyc.domain.still import StillOf, StillState, View
from ekyc.storage.alert_schema import alerts as alerts
from ekyc.storage.booking_schema import appointments as appointments
from ekyc.storage.booking_schema import calendars as calendars
from ekyc.storage.booking_schema import days_off as days_off
from ekyc.storage.booking_schema import plans as plans
from ekyc.storage.booking_schema import shifts as shifts
from ekyc.storage.callback_schema import callbacks as callbacks
from ekyc.storage.code_schema import codes as codes
from ekyc.storage.code_schema import messages as messages
from ekyc.storage.columns import among as _among
from ekyc.storage.columns import application as _application
from ekyc.storage.columns import id as _id
from ekyc.storage.columns import once as _once
from ekyc.storage.columns import one_of as _one_of
from ekyc.storage.contact_schema import authorisations as authorisations
from ekyc.storage.contact_schema import contact_changes as contact_changes
from ekyc.storage.contact_schema import contacts as contacts
from ekyc.storage.contact_schema import identifications as identifications
from ekyc.storage.crm_schema import api_keys as api_keys
from ekyc.storage.crm_schema import idempotency as idempotency
from ekyc.storage.crm_schema import webhook_tries as webhook_tries
from ekyc.storage.evidence_schema import chips as chips
from ekyc.storage.evidence_schema import number_marks as number_marks
from ekyc.storage.evidence_schema import portraits as portraits
from ekyc.storage.export_schema import exports as exports
from ekyc.storage.guest_schema import guests as guests
from ekyc.storage.handover_schema import handovers as handovers
from ekyc.storage.instant import Instant
from ekyc.storage.line_schema import lines as lines
from ekyc.storage.line_schema import places as places
from ekyc.storage.look_schema import clearances as clearances
from ekyc.storage.look_schema import comparisons as comparisons
from ekyc.storage.look_schema import first_faces as first_faces
from ekyc.storage.look_schema import signals as signals
from ekyc.storage.mailbox_schema import mailboxes as mailboxes
from ekyc.storage.metadata import metadata as metadata
from ekyc.storage.phone_schema import phones as phones
from ekyc.storage.presence_schema import movements as movements
from ekyc.storage.presence_schema import sequences as sequences
from ekyc.storage.push_schema import devices as devices
from ekyc.storage.push_schema import staff_devices as staff_devices
from ekyc.storage.question_schema import questions as questions
from ekyc.storage.question_schema import rounds as rounds
from ekyc.storage.sealing_schema import customer_keys as customer_keys
from ekyc.storage.wait_schema import forecasts as forecasts

counters = sa.Table(
    "counters",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)
"""Gapless numbers: the row's lock makes one appender at a time, on either engine."""

applications = sa.Table(
    "applications",
    metadata,
    _id(),
    sa.Column("reference", sa.String(24), nullable=False, unique=True),
    sa.Column("stage", sa.String(20), nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("external_id", sa.String(120), nullable=False, index=True),
    sa.Column("product", sa.String(120), nullable=False, default=""),
    sa.Column("region", sa.String(60), nullable=False, server_default=""),
    sa.Column("vulnerable", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("slow_speech", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("callback", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("phone", sa.String(20), nullable=False),
    sa.Column("phone_source", sa.String(40), nullable=False),
    sa.Column("phone_as_of", sa.String(10), nullable=False),
    sa.Column("name", sa.String(200), nullable=False, default=""),
    sa.Column("form_name", sa.String(200), nullable=False, server_default=""),
    sa.Column("document_kind", sa.String(20), nullable=False, default=""),
    sa.Column("note", sa.Text, nullable=False, default=""),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("updated_at", Instant, nullable=False, index=True),
    sa.Column("deleted_at", Instant),
    _one_of("stage", [stage.value for stage in Stage], "stage"),
)

links = sa.Table(
    "links",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    _application(),
    sa.Column("mailbox", sa.String(32), nullable=False, server_default=""),
    sa.Column("expires_at", Instant, nullable=False),
)
"""Addresses customers come by; one that was mailed opens while its mailbox is in force."""

customer_sessions = sa.Table(
    "customer_sessions",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    _application(index=True),
    sa.Column("expires_at", Instant, nullable=False),
)

consents = sa.Table(
    "consents",
    metadata,
    _application(primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("version", sa.String(20), primary_key=True),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("given_at", Instant, nullable=False),
)

photographs = sa.Table(
    "photographs",
    metadata,
    _id(),
    _application(index=True),
    sa.Column("side", sa.String(8), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("origin", sa.String(10), nullable=False),
    sa.Column("original", sa.String(80), nullable=False),
    sa.Column("original_sha256", sa.String(64), nullable=False),
    sa.Column("straightened", sa.String(80), nullable=False),
    sa.Column("faults", sa.JSON, nullable=False),
    sa.Column("reading", sa.JSON, nullable=False),
    sa.Column("taken_at", Instant, nullable=False),
    sa.Column("current", sa.Boolean, nullable=False),
    _one_of("side", ["front", "back"], "side"),
    _one_of("state", ["accepted", "refused"], "state"),
)

fields = sa.Table(
    "fields",
    metadata,
    _application(primary_key=True),
    sa.Column("name", sa.String(24), primary_key=True),
    sa.Column("value", sa.String(300), nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""What the customer typed; what was read stays with the photographs and is weighed anew."""

edits = sa.Table(
    "edits",
    metadata,
    _id(),
    _application(index=True),
    sa.Column("name", sa.String(24), nullable=False),
    sa.Column("before", sa.String(300), nullable=False),
    sa.Column("after", sa.String(300), nullable=False),
    sa.Column("source", sa.String(8)),
    sa.Column("actor", sa.String(60), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

prechecks = sa.Table(
    "prechecks",
    metadata,
    _id(),
    _application(index=True),
    sa.Column("result", sa.JSON, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

staff = sa.Table(
    "staff",
    metadata,
    _id(),
    sa.Column("login", sa.String(60), nullable=False, unique=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("role", sa.String(12), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("mail", sa.String(200), nullable=False, server_default=""),
    sa.Column("password", sa.String(200), nullable=False),
    sa.Column("totp_secret", sa.String(64), nullable=False),
    sa.Column("totp_used", sa.BigInteger, nullable=False, default=0),
    sa.Column("disabled_at", Instant),
    sa.Column("speaks", sa.JSON, nullable=False, server_default='["vi", "en"]'),
    sa.Column("skills", sa.JSON, nullable=False, server_default="[]"),
    _one_of("role", ["agent", "supervisor", "auditor", "admin"], "role"),
)

sign_ins = sa.Table(
    "sign_ins",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("staff_id", sa.String(32), sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
)
"""A right password waiting for its one-time code."""

sign_in_failures = sa.Table(
    "sign_in_failures",
    metadata,
    _id(),
    sa.Column("account", sa.String(64), nullable=False, server_default="", index=True),
    sa.Column("network", sa.String(64), nullable=False, server_default="", index=True),
    sa.Column("device", sa.String(64), nullable=False, server_default="", index=True),
    sa.Column("at", Instant, nullable=False),
)
"""Marks by the server's key; nobody's name or address, and empty for what is not known."""

staff_sessions = sa.Table(
    "staff_sessions",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("staff_id", sa.String(32), sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
)

desks = sa.Table(
    "desks",
    metadata,
    sa.Column("staff_id", sa.String(32), sa.ForeignKey("staff.id"), primary_key=True),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("idle_since", Instant),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("devices_at", Instant),
    sa.Column("gone_at", Instant),
    _one_of("state", [state.value for state in DeskState], "state"),
)

_OPEN_TICKET = [state for state in TicketState if state in OPEN]

tickets = sa.Table(
    "tickets",
    metadata,
    _id(),
    sa.Column("seq", sa.BigInteger, nullable=False, unique=True),
    _application(index=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("queued_at", Instant, nullable=False, index=True),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("gone_at", Instant),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("group", sa.String(24), nullable=False, server_default=""),
    sa.Column("language", sa.String(8), nullable=False, server_default="vi"),
    sa.Column("secret", sa.String(64), nullable=False, server_default=""),
    sa.Column("asked", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("recalls", sa.Integer, nullable=False, server_default="0"),
    sa.Column("recall_until", Instant),
    sa.Column("told", sa.Boolean, nullable=False, server_default=sa.false()),
    _one_of("state", [state.value for state in TicketState], "state"),
    sa.Index("ix_tickets_place", "state", "priority", "seq"),
    sa.Index("ix_tickets_routed", "state", "group", "language", "priority", "seq"),
    _once("uq_tickets_live", "application_id", while_in=_OPEN_TICKET),
)

_LIVE_CALL = [state for state in CallState if state is not CallState.ENDED]

calls = sa.Table(
    "calls",
    metadata,
    _id(),
    _application(index=True),
    sa.Column("ticket_id", sa.String(32), sa.ForeignKey("tickets.id"), nullable=False, index=True),
    sa.Column("agent_id", sa.String(32), sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("rang_at", Instant, nullable=False, index=True),
    sa.Column("accepted_at", Instant),
    sa.Column("live_at", Instant),
    sa.Column("customer_gone_at", Instant),
    sa.Column("agent_gone_at", Instant),
    sa.Column("ended_at", Instant),
    sa.Column("end_reason", sa.String(30)),
    sa.Column("equivalent", sa.String(16)),
    _one_of("state", [state.value for state in CallState], "state"),
    # The belt to the matcher's braces: nobody is ever in two calls.
    _once("uq_calls_agent", "agent_id", while_in=_LIVE_CALL),
    _once("uq_calls_ticket", "ticket_id", while_in=_LIVE_CALL),
    # What the matcher asks each turn, among the calls that are not over.
    _among("ix_calls_unfinished", "rang_at", while_in=_LIVE_CALL),
)

recordings = sa.Table(
    "recordings",
    metadata,
    _id(),
    sa.Column("call_id", sa.String(32), sa.ForeignKey("calls.id"), nullable=False, index=True),
    sa.Column("party", sa.String(12), nullable=False),
    sa.Column("segment", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("duration_ms", sa.Integer),
    sa.Column("size_bytes", sa.BigInteger),
    sa.Column("sha256", sa.String(64)),
    sa.Column("object_key", sa.String(80)),
    sa.Column("index_key", sa.String(80)),
    sa.Column("sealed_bytes", sa.BigInteger),
    sa.Column("sealed_sha256", sa.String(64)),
    sa.Column("is_whole", sa.Boolean),
    sa.UniqueConstraint("call_id", "party", "segment"),
    _one_of("state", ["writing", "finishing", "finished", "lost"], "state"),
)

stills = sa.Table(
    "stills",
    metadata,
    _id(),
    sa.Column("call_id", sa.String(32), sa.ForeignKey("calls.id"), nullable=False, index=True),
    sa.Column("of", sa.String(8), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("original", sa.String(80)),
    sa.Column("original_sha256", sa.String(64)),
    sa.Column("view", sa.String(8)),
    sa.Column("following", sa.JSON),
    sa.Column("passed", sa.Boolean),
    _one_of("view", [view.value for view in View], "view"),
    _one_of("of", [of.value for of in StillOf], "of"),
    _one_of("state", [state.value for state in StillState], "state"),
)
"""Photographs asked for in calls."""

checks = sa.Table(
    "checks",
    metadata,
    _application(primary_key=True),
    sa.Column("item", sa.String(24), primary_key=True),
    sa.Column("done", sa.Boolean, nullable=False),
    sa.Column("by", sa.String(32), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

decisions = sa.Table(
    "decisions",
    metadata,
    _id(),
    _application(index=True),
    sa.Column("verdict", sa.String(12), nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("by", sa.String(32), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

passes = sa.Table(
    "passes",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("room", sa.String(48), nullable=False),
    sa.Column("party", sa.String(12), nullable=False),
    sa.Column("subject", sa.String(32), nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.String(32), nullable=False, unique=True),
    sa.Column("application_id", sa.String(32), nullable=False, index=True),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.String(60), nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
)
_SIGN = sa.text("name = 'sign.given'")
sa.Index("ix_events_signs", events.c.at, sqlite_where=_SIGN, postgresql_where=_SIGN)

jobs = sa.Table(
    "jobs",
    metadata,
    _id(),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("key", sa.String(120), nullable=False, unique=True),
    sa.Column("seq", sa.BigInteger, nullable=False, unique=True),
    sa.Column("lane", sa.String(40), nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("problem", sa.String(200)),
    sa.Index("ix_jobs_due", "state", "due_at"),
    _one_of("state", ["due", "running", "done", "dead"], "state"),
)

inbox = sa.Table(
    "inbox",
    metadata,
    _id(),
    sa.Column("channel", sa.String(12), nullable=False),
    sa.Column("to", sa.String(60), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""The demo's inbox: what would have gone out as a message."""
