"""what lapses: deleted applications, desks whose page is gone, an index of unfinished calls"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

UNFINISHED = sa.text("state IN ('ringing', 'live', 'dropped')")


def upgrade() -> None:
    op.add_column('applications', sa.Column('deleted_at', Instant(timezone=True)))
    op.add_column('desks', sa.Column('gone_at', Instant(timezone=True)))
    op.create_index(
        'ix_calls_unfinished', 'calls', ['rang_at'],
        sqlite_where=UNFINISHED, postgresql_where=UNFINISHED,
    )


def downgrade() -> None:
    op.drop_index('ix_calls_unfinished', 'calls')
    op.drop_column('desks', 'gone_at')
    op.drop_column('applications', 'deleted_at')
