"""rounds of questions"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'rounds',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('call_id', sa.String(length=32), nullable=False),
        sa.Column('seed', sa.String(length=64), nullable=False),
        sa.Column('asked_at', Instant(), nullable=False),
        sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_rounds_call_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_rounds')),
    )
    op.create_table(
        'questions',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('call_id', sa.String(length=32), nullable=False),
        sa.Column('round_id', sa.String(length=32), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('topic', sa.String(length=16), nullable=False),
        sa.Column('state', sa.String(length=8), nullable=False),
        sa.Column('ended_at', Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'passed', 'failed')", name=op.f('ck_questions_state')
        ),
        sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_questions_call_id')),
        sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_questions_round_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_questions')),
    )
    for table in ('rounds', 'questions'):
        with op.batch_alter_table(table) as batch:
            batch.create_index(batch.f(f'ix_{table}_call_id'), ['call_id'], unique=False)


def downgrade() -> None:
    op.drop_table('questions')
    op.drop_table('rounds')
