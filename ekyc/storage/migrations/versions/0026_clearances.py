"""clearances: a supervisor looked at grave signals"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'clearances',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('application_id', sa.String(length=32), nullable=False),
        sa.Column('call_id', sa.String(length=32), nullable=False),
        sa.Column('signals', sa.JSON(), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('by', sa.String(length=32), nullable=False),
        sa.Column('at', Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ['application_id'], ['applications.id'], name=op.f('fk_clearances_application_id')
        ),
        sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_clearances_call_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_clearances')),
    )
    with op.batch_alter_table('clearances') as batch:
        index = batch.f('ix_clearances_application_id')
        batch.create_index(index, ['application_id'], unique=False)


def downgrade() -> None:
    op.drop_table('clearances')
