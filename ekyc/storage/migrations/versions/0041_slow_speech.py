"""slow speech: who asked to be spoken to slowly"""

import sqlalchemy as sa
from alembic import op

revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None


def upgrade() -> None:
    slow_speech: sa.Column[bool] = sa.Column(
        'slow_speech', sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column('applications', slow_speech)


def downgrade() -> None:
    op.drop_column('applications', 'slow_speech')
