"""calendars: addresses at which agents' own calendars ask for their appointments"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'calendars',
        sa.Column('staff_id', sa.String(length=32), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('made_at', Instant(), nullable=False),
        sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_calendars_staff_id')),
        sa.PrimaryKeyConstraint('staff_id', name=op.f('pk_calendars')),
        sa.UniqueConstraint('digest', name=op.f('uq_calendars_digest')),
    )


def downgrade() -> None:
    op.drop_table('calendars')
