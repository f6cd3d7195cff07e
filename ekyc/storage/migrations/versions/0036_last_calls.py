"""last calls: how long they took is asked for every wait that is told, however many there were"""

from alembic import op

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f('ix_calls_rang_at'), 'calls', ['rang_at'])


def downgrade() -> None:
    op.drop_index(op.f('ix_calls_rang_at'), table_name='calls')
