"""chip data from the bank's own app"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'chips',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('application_id', sa.String(length=32), nullable=False),
        sa.Column('state', sa.String(length=16), nullable=False),
        sa.Column('reason', sa.String(length=24), nullable=True),
        sa.Column('data', sa.String(length=80), nullable=False),
        sa.Column('given_sha256', sa.String(length=64), nullable=False),
        sa.Column('fields', sa.JSON(), nullable=False),
        sa.Column('given_at', Instant(), nullable=False),
        sa.Column('current', sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state IN ('authentic', 'not-authentic', 'unchecked')", name=op.f('ck_chips_state')
        ),
        sa.ForeignKeyConstraint(
            ['application_id'], ['applications.id'], name=op.f('fk_chips_application_id')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_chips')),
    )
    with op.batch_alter_table('chips') as batch:
        batch.create_index(batch.f('ix_chips_application_id'), ['application_id'], unique=False)


def downgrade() -> None:
    op.drop_table('chips')
