"""what came from each party of a call, second by second"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'lines',
        sa.Column('call_id', sa.String(length=32), nullable=False),
        sa.Column('party', sa.String(length=12), nullable=False),
        sa.Column('since', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('until', sa.Integer(), nullable=False),
        sa.Column('series', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_lines_call_id')),
        sa.PrimaryKeyConstraint('call_id', 'party', 'since', name=op.f('pk_lines')),
    )


def downgrade() -> None:
    op.drop_table('lines')
