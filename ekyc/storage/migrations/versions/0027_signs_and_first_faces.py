"""signs and first faces: signs are found by their time; whom a call began with outlives the server"""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

_SIGN = sa.text("name = 'sign.given'")


def upgrade() -> None:
    op.create_index(
        'ix_events_signs', 'events', ['at'], sqlite_where=_SIGN, postgresql_where=_SIGN
    )
    op.create_table(
        'first_faces',
        sa.Column('call_id', sa.String(length=32), nullable=False),
        sa.Column('template', sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_first_faces_call_id')),
        sa.PrimaryKeyConstraint('call_id', name=op.f('pk_first_faces')),
    )


def downgrade() -> None:
    op.drop_table('first_faces')
    op.drop_index('ix_events_signs', 'events')
