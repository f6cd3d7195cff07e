"""random sequences, equivalent sets"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'sequences',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('call_id', sa.String(length=32), nullable=False),
        sa.Column('state', sa.String(length=8), nullable=False),
        sa.Column('seed', sa.String(length=64), nullable=False),
        sa.Column('commitment', sa.String(length=64), nullable=False),
        sa.Column('pool', sa.JSON(), nullable=False),
        sa.Column('steps', sa.Integer(), nullable=False),
        sa.Column('equivalent', sa.String(length=16), nullable=True),
        sa.Column('asked_at', Instant(), nullable=False),
        sa.Column('ended_at', Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('running', 'passed', 'failed')", name=op.f('ck_sequences_state')
        ),
        sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_sequences_call_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_sequences')),
    )
    with op.batch_alter_table('sequences') as batch:
        batch.create_index(batch.f('ix_sequences_call_id'), ['call_id'], unique=False)
    with op.batch_alter_table('calls') as batch:
        batch.add_column(sa.Column('equivalent', sa.String(length=16), nullable=True))
    with op.batch_alter_table('movements') as batch:
        batch.add_column(sa.Column('sequence_id', sa.String(length=32), nullable=True))
        batch.create_foreign_key(
            batch.f('fk_movements_sequence_id'), 'sequences', ['sequence_id'], ['id']
        )


def downgrade() -> None:
    with op.batch_alter_table('movements') as batch:
        batch.drop_constraint(batch.f('fk_movements_sequence_id'), type_='foreignkey')
        batch.drop_column('sequence_id')
    with op.batch_alter_table('calls') as batch:
        batch.drop_column('equivalent')
    op.drop_table('sequences')
