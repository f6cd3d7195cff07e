"""guests: who is in a call beside its customer and its agent"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('asked', 'in')")


def upgrade() -> None:
    op.create_table(
        'guests',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('application_id', sa.String(length=32), nullable=False),
        sa.Column('call_id', sa.String(length=32), nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('mode', sa.String(length=8), nullable=False),
        sa.Column('state', sa.String(length=9), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('staff_id', sa.String(length=32), nullable=True),
        sa.Column('token', sa.String(length=64), nullable=True),
        sa.Column('asked_by', sa.String(length=32), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('asked_at', Instant(), nullable=False),
        sa.Column('in_at', Instant(), nullable=True),
        sa.Column('gone_at', Instant(), nullable=True),
        sa.Column('ended_at', Instant(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('interpreter', 'colleague', 'supervisor')", name=op.f('ck_guests_kind')
        ),
        sa.CheckConstraint(
            "mode IN ('transfer', 'consult', 'listen', 'whisper', 'join')",
            name=op.f('ck_guests_mode'),
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'in', 'left', 'took', 'declined', 'missed', 'cancelled')",
            name=op.f('ck_guests_state'),
        ),
        sa.ForeignKeyConstraint(
            ['application_id'], ['applications.id'], name=op.f('fk_guests_application_id')
        ),
        sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_guests_call_id')),
        sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_guests_staff_id')),
        sa.ForeignKeyConstraint(['asked_by'], ['staff.id'], name=op.f('fk_guests_asked_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_guests')),
        sa.UniqueConstraint('token', name=op.f('uq_guests_token')),
    )
    with op.batch_alter_table('guests') as batch:
        batch.create_index(batch.f('ix_guests_application_id'), ['application_id'], unique=False)
        batch.create_index(batch.f('ix_guests_call_id'), ['call_id'], unique=False)
        batch.create_index(
            'uq_guests_staff',
            ['staff_id'],
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        )
    op.create_index('ix_tickets_queued_at', 'tickets', ['queued_at'])
    op.create_index('ix_calls_ticket_id', 'calls', ['ticket_id'])


def downgrade() -> None:
    op.drop_index('ix_calls_ticket_id', 'calls')
    op.drop_index('ix_tickets_queued_at', 'tickets')
    op.drop_table('guests')
