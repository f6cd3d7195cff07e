"""where the customer was during a call"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'places',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('call_id', sa.String(length=32), nullable=False),
        sa.Column('at', Instant(), nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('latitude', sa.Float(), nullable=True),
        sa.Column('longitude', sa.Float(), nullable=True),
        sa.Column('accuracy_m', sa.Float(), nullable=True),
        sa.CheckConstraint(
            "state IN ('known', 'refused', 'unavailable')", name=op.f('ck_places_state')
        ),
        sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_places_call_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_places')),
    )
    with op.batch_alter_table('places') as batch:
        batch.create_index(batch.f('ix_places_call_id'), ['call_id'], unique=False)


def downgrade() -> None:
    op.drop_table('places')
