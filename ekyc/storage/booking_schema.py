"""The tables of rosters and appointments."""

import sqlalchemy as sa

from ekyc.domain.appointment import ACTIVE, TAKING, AppointmentState
from ekyc.domain.roster import DAY_MIN, Duty
from ekyc.storage.columns import application, id, once, one_of
from ekyc.storage.instant import Instant
from ekyc.storage.metadata import metadata

shifts = sa.Table(
    "shifts",
    metadata,
    id(),
    sa.Column("staff_id", sa.String(32), sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("weekday", sa.Integer, nullable=False),
    sa.Column("start_min", sa.Integer, nullable=False),
    sa.Column("end_min", sa.Integer, nullable=False),
    sa.Column("duty", sa.String(12), nullable=False, server_default=Duty.AVAILABLE.value),
    sa.UniqueConstraint("staff_id", "weekday", "start_min"),
    sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
    sa.CheckConstraint("start_min >= 0 AND start_min < end_min AND end_min <= 1440", name="span"),
    one_of("duty", [duty.value for duty in Duty], "duty"),
)
"""Weekly time of each kind, minutes after midnight of the bank's zone."""

plans = sa.Table(
    "plans",
    metadata,
    id(),
    sa.Column("staff_id", sa.String(32), sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("day", sa.Date, nullable=False, index=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("weekly", sa.Boolean, nullable=False),
    sa.Column("stints", sa.JSON, nullable=False),
    sa.UniqueConstraint("staff_id", "day", "state"),
    one_of("state", ["draft", "published"], "state"),
)
"""One agent's day in the place of the weekly one: kinds of time with their minutes, in order.

A draft is the planners' own until it is published; booking never reads one.
"""

days_off = sa.Table(
    "days_off",
    metadata,
    id(),
    sa.Column("day", sa.Date, nullable=False, index=True),
    sa.Column("staff_id", sa.String(32), sa.ForeignKey("staff.id")),
    sa.Column("note", sa.String(120), nullable=False),
    sa.Column("start_min", sa.Integer, nullable=False, server_default="0"),
    sa.Column("end_min", sa.Integer, nullable=False, server_default=str(DAY_MIN)),
    sa.CheckConstraint("start_min >= 0 AND start_min < end_min AND end_min <= 1440", name="span"),
)
"""Nobody named: the bank is closed, the whole day or between two times of it."""

appointments = sa.Table(
    "appointments",
    metadata,
    id(),
    application(index=True),
    sa.Column("agent_id", sa.String(32), sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("zone", sa.String(60), nullable=False),
    sa.Column("moves", sa.Integer, nullable=False),
    sa.Column("held_until", Instant, nullable=False),
    sa.Column("arrived_at", Instant),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("rings", sa.Integer, nullable=False, server_default="0"),
    sa.Column("rung_at", Instant),
    sa.Column("answered_at", Instant),
    sa.Column("postponed", sa.Integer, nullable=False, server_default="0"),
    sa.Column("network", sa.String(64), nullable=False, server_default="", index=True),
    one_of("state", [state.value for state in AppointmentState], "state"),
    sa.Index("ix_appointments_at", "state", "at"),
    # The belt to the rules' braces: nobody is promised twice for the same time.
    once(
        "uq_appointments_agent",
        "agent_id",
        "at",
        while_in=[state for state in AppointmentState if state in TAKING],
    ),
    once(
        "uq_appointments_active",
        "application_id",
        while_in=[state for state in AppointmentState if state in ACTIVE],
    ),
    once("uq_appointments_held", "application_id", while_in=[AppointmentState.HELD]),
)

calendars = sa.Table(
    "calendars",
    metadata,
    sa.Column("staff_id", sa.String(32), sa.ForeignKey("staff.id"), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("made_at", Instant, nullable=False),
)
"""Whose calendar an address shows; only the digest of its token is kept."""
