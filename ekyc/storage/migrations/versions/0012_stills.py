"""photographs asked for in calls"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'stills',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('call_id', sa.String(length=32), nullable=False),
        sa.Column('of', sa.String(length=8), nullable=False),
        sa.Column('state', sa.String(length=8), nullable=False),
        sa.Column('asked_at', Instant(), nullable=False),
        sa.Column('ended_at', Instant(), nullable=True),
        sa.Column('original', sa.String(length=80), nullable=True),
        sa.Column('original_sha256', sa.String(length=64), nullable=True),
        sa.CheckConstraint("of IN ('document', 'face')", name=op.f('ck_stills_of')),
        sa.CheckConstraint(
            "state IN ('asked', 'taken', 'declined', 'lapsed')", name=op.f('ck_stills_state')
        ),
        sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_stills_call_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_stills')),
    )
    with op.batch_alter_table('stills') as batch:
        batch.create_index(batch.f('ix_stills_call_id'), ['call_id'], unique=False)


def downgrade() -> None:
    op.drop_table('stills')
