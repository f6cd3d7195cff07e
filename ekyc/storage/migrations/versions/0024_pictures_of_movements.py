"""the picture in which a movement had come furthest"""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('movements', sa.Column('picture', sa.String(length=80), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('movements') as batch:
        batch.drop_column('picture')
