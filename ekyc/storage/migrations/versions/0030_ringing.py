"""ringing: how often an appointment rang, and browsers that may be rung"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('appointments') as batch:
        batch.add_column(sa.Column('rings', sa.Integer(), server_default='0', nullable=False))
        batch.add_column(sa.Column('rung_at', Instant(), nullable=True))
        batch.add_column(sa.Column('answered_at', Instant(), nullable=True))
        batch.add_column(sa.Column('postponed', sa.Integer(), server_default='0', nullable=False))
    op.create_table(
        'push_devices',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('application_id', sa.String(length=32), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('sealed', sa.Text(), nullable=False),
        sa.Column('made_at', Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ['application_id'], ['applications.id'], name=op.f('fk_push_devices_application_id')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_push_devices')),
        sa.UniqueConstraint(
            'application_id', 'digest', name=op.f('uq_push_devices_application_id_digest')
        ),
    )
    with op.batch_alter_table('push_devices') as batch:
        batch.create_index(batch.f('ix_push_devices_made_at'), ['made_at'], unique=False)


def downgrade() -> None:
    op.drop_table('push_devices')
    with op.batch_alter_table('appointments') as batch:
        for column in ('postponed', 'answered_at', 'rung_at', 'rings'):
            batch.drop_column(column)
