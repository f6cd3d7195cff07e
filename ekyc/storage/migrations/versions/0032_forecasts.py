"""forecasts of waits"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'forecasts',
        sa.Column('ticket_id', sa.String(length=32), nullable=False),
        sa.Column('at', Instant(), nullable=False),
        sa.Column('ahead', sa.Integer(), nullable=False),
        sa.Column('agents', sa.Integer(), nullable=False),
        sa.Column('idle', sa.Integer(), nullable=False),
        sa.Column('each_s', sa.Float(), nullable=False),
        sa.Column('low_s', sa.Integer(), nullable=False),
        sa.Column('high_s', sa.Integer(), nullable=False),
        sa.Column('came_s', sa.Float()),
        sa.Column('score', sa.Float()),
        sa.Column('absent', sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(
            ['ticket_id'], ['tickets.id'], name=op.f('fk_forecasts_ticket_id')
        ),
        sa.PrimaryKeyConstraint('ticket_id', name=op.f('pk_forecasts')),
    )
    op.create_index(op.f('ix_forecasts_at'), 'forecasts', ['at'])


def downgrade() -> None:
    op.drop_table('forecasts')
