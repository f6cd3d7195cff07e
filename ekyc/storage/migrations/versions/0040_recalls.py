"""recalls: a customer who is away is told that the turn is near"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0040'
down_revision = '0039'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ('asked', 'told'):
        op.add_column(
            'tickets', sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.add_column(
        'tickets', sa.Column('recalls', sa.Integer(), server_default='0', nullable=False)
    )
    op.add_column('tickets', sa.Column('recall_until', Instant(), nullable=True))


def downgrade() -> None:
    for name in ('recall_until', 'recalls', 'told', 'asked'):
        op.drop_column('tickets', name)
