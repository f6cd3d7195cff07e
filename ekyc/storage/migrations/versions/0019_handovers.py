"""hand-over from the computer to the telephone"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('offered', 'taken')")


def upgrade() -> None:
    op.create_table(
        'handovers',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('application_id', sa.String(length=32), nullable=False),
        sa.Column('purpose', sa.String(length=12), nullable=False),
        sa.Column('state', sa.String(length=8), nullable=False),
        sa.Column('token', sa.String(length=64), nullable=False),
        sa.Column('computer', sa.String(length=64), nullable=False),
        sa.Column('telephone', sa.String(length=64), nullable=True),
        sa.Column('device', sa.String(length=8), nullable=True),
        sa.Column('offered_at', Instant(), nullable=False),
        sa.Column('expires_at', Instant(), nullable=False),
        sa.Column('taken_at', Instant(), nullable=True),
        sa.Column('ended_at', Instant(), nullable=True),
        sa.CheckConstraint(
            "device IN ('ios', 'android', 'computer')", name=op.f('ck_handovers_device')
        ),
        sa.CheckConstraint(
            "purpose IN ('photographs', 'call')", name=op.f('ck_handovers_purpose')
        ),
        sa.CheckConstraint(
            "state IN ('offered', 'taken', 'ended')", name=op.f('ck_handovers_state')
        ),
        sa.ForeignKeyConstraint(
            ['application_id'], ['applications.id'], name=op.f('fk_handovers_application_id')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_handovers')),
        sa.UniqueConstraint('telephone', name=op.f('uq_handovers_telephone')),
        sa.UniqueConstraint('token', name=op.f('uq_handovers_token')),
    )
    with op.batch_alter_table('handovers') as batch:
        batch.create_index(batch.f('ix_handovers_application_id'), ['application_id'], unique=False)
        batch.create_index(
            'uq_handovers_open',
            ['application_id'],
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        )


def downgrade() -> None:
    op.drop_table('handovers')
