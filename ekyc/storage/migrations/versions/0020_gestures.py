"""extents of movements, numbers said aloud"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('movements') as batch:
        batch.add_column(sa.Column('peak', sa.Float(), nullable=True))
        batch.add_column(sa.Column('threshold', sa.Float(), nullable=True))
        batch.add_column(sa.Column('number', sa.String(length=8), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('movements') as batch:
        batch.drop_column('number')
        batch.drop_column('threshold')
        batch.drop_column('peak')
