"""The table of who was asked into a call beside its customer and its agent."""

import sqlalchemy as sa

from ekyc.domain.call import BOTH, Party
from ekyc.domain.guest import OPEN, GuestState, Mode
from ekyc.storage.columns import application, id, once, one_of
from ekyc.storage.instant import Instant
from ekyc.storage.metadata import metadata

guests = sa.Table(
    "guests",
    metadata,
    id(),
    application(index=True),
    sa.Column("call_id", sa.String(32), sa.ForeignKey("calls.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("mode", sa.String(8), nullable=False),
    sa.Column("state", sa.String(9), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("staff_id", sa.String(32), sa.ForeignKey("staff.id")),
    sa.Column("token", sa.String(64), unique=True),
    sa.Column("asked_by", sa.String(32), sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("in_at", Instant),
    sa.Column("gone_at", Instant),
    sa.Column("ended_at", Instant),
    one_of("kind", [party.value for party in Party if party not in BOTH], "kind"),
    one_of("mode", [mode.value for mode in Mode], "mode"),
    one_of("state", [state.value for state in GuestState], "state"),
    # Nobody is a guest in two calls, or asked into two.
    once("uq_guests_staff", "staff_id", while_in=sorted(OPEN)),
)
