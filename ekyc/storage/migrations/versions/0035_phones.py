"""phones: where each number comes from, and by which number a switchboard gave it"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'phones',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('application_id', sa.String(length=32), nullable=False),
        sa.Column('number', sa.String(length=20), nullable=False),
        sa.Column('source', sa.String(length=40), nullable=False),
        sa.Column('as_of', sa.String(length=10), nullable=False),
        sa.Column('note', sa.String(length=200), nullable=False),
        sa.Column('via', sa.String(length=32), nullable=True),
        sa.Column('by', sa.String(length=32), nullable=False),
        sa.Column('at', Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ['application_id'], ['applications.id'], name=op.f('fk_phones_application_id')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_phones')),
    )
    with op.batch_alter_table('phones') as batch:
        batch.create_index(batch.f('ix_phones_application_id'), ['application_id'], unique=False)


def downgrade() -> None:
    op.drop_table('phones')
