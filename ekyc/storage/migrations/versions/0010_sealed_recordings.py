"""recordings with a sealed original and an index beside it"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('recordings') as batch:
        batch.add_column(sa.Column('index_key', sa.String(length=80), nullable=True))
        batch.add_column(sa.Column('sealed_bytes', sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column('sealed_sha256', sa.String(length=64), nullable=True))
        batch.add_column(sa.Column('is_whole', sa.Boolean(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('recordings') as batch:
        batch.drop_column('is_whole')
        batch.drop_column('sealed_sha256')
        batch.drop_column('sealed_bytes')
        batch.drop_column('index_key')
