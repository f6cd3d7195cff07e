"""accounts that let nobody in any more"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('staff', sa.Column('disabled_at', Instant(timezone=True)))


def downgrade() -> None:
    op.drop_column('staff', 'disabled_at')
