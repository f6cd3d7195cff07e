"""recalls: a customer who is away is told that the turn is near"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('tickets') as batch:
        for name in ('asked', 'told'):
            batch.add_column(
                sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
            )
        batch.add_column(sa.Column('recalls', sa.Integer(), server_default='0', nullable=False))
        batch.add_column(sa.Column('recall_until', Instant(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('tickets') as batch:
        for name in ('recall_until', 'recalls', 'told', 'asked'):
            batch.drop_column(name)
