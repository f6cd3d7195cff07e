"""staff push: browsers of whoever sits at a desk"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0044'
down_revision = '0043'
branch_labels = None
depends_on = None

TABLE = 'staff_push_devices'


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('staff_id', sa.String(length=32), nullable=False),
        sa.Column('session', sa.String(length=64), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('sealed', sa.Text(), nullable=False),
        sa.Column('made_at', Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['staff_id'], ['staff.id'], name=op.f('fk_staff_push_devices_staff_id')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_push_devices')),
        sa.UniqueConstraint(
            'staff_id', 'digest', name=op.f('uq_staff_push_devices_staff_id_digest')
        ),
    )
    op.create_index(op.f('ix_staff_push_devices_session'), TABLE, ['session'])
    op.create_index(op.f('ix_staff_push_devices_made_at'), TABLE, ['made_at'])


def downgrade() -> None:
    op.drop_table(TABLE)
