"""deliveries"""

import sqlalchemy as sa
from alembic import op

import ekyc.storage.instant

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('webhook_tries',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.Column('endpoint', sa.String(length=200), nullable=False),
    sa.Column('at', ekyc.storage.instant.Instant(timezone=True), nullable=False),
    sa.Column('answer', sa.String(length=4), nullable=False),
    sa.Column('problem', sa.String(length=60), nullable=False),
    sa.Column('duration_ms', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_tries'))
    )
    with op.batch_alter_table('webhook_tries') as batch:
        batch.create_index(batch.f('ix_webhook_tries_sequence'), ['sequence'])
        batch.create_index(batch.f('ix_webhook_tries_at'), ['at'])


def downgrade() -> None:
    op.drop_table('webhook_tries')
