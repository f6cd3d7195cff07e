"""alerts: the queue does not keep what it promises"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0043'
down_revision = '0042'
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('raised', 'acknowledged')")


def upgrade() -> None:
    op.create_table(
        'alerts',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('why', sa.String(length=8), nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.Column('told', sa.Integer(), nullable=False),
        sa.Column('told_at', Instant(), nullable=False),
        sa.Column('raised_at', Instant(), nullable=False),
        sa.Column('quiet_at', Instant()),
        sa.Column('acknowledged_by', sa.String(length=32)),
        sa.Column('acknowledged_at', Instant()),
        sa.Column('ended_at', Instant()),
        sa.CheckConstraint("why IN ('late', 'nobody', 'ranges')", name=op.f('ck_alerts_why')),
        sa.CheckConstraint(
            "state IN ('raised', 'acknowledged', 'ended')", name=op.f('ck_alerts_state')
        ),
        sa.ForeignKeyConstraint(
            ['acknowledged_by'], ['staff.id'], name=op.f('fk_alerts_acknowledged_by')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_alerts')),
    )
    op.create_index(
        'uq_alerts_open',
        'alerts',
        ['why'],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    op.drop_table('alerts')
