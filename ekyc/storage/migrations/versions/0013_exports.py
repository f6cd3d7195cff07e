"""films of both parties of a call"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('exports',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('call_id', sa.String(length=32), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('asked_by', sa.String(length=32), nullable=False),
    sa.Column('asked_at', Instant(timezone=True), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.Column('problem', sa.String(length=12), nullable=True),
    sa.Column('expires_at', Instant(timezone=True), nullable=True),
    sa.Column('duration_ms', sa.Integer(), nullable=True),
    sa.Column('size_bytes', sa.BigInteger(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('object_key', sa.String(length=80), nullable=True),
    sa.Column('index_key', sa.String(length=80), nullable=True),
    sa.CheckConstraint("problem IN ('nothing', 'timeout', 'too-large', 'damaged', 'no-room', 'broken')", name=op.f('ck_exports_problem')),
    sa.CheckConstraint("state IN ('due', 'running', 'finished', 'failed', 'removed')", name=op.f('ck_exports_state')),
    sa.ForeignKeyConstraint(['asked_by'], ['staff.id'], name=op.f('fk_exports_asked_by')),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_exports_call_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exports'))
    )
    with op.batch_alter_table('exports', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_exports_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_exports_state'), ['state'], unique=False)
        batch_op.create_index('uq_exports_call', ['call_id'], unique=True, sqlite_where=sa.text("state IN ('due', 'running')"), postgresql_where=sa.text("state IN ('due', 'running')"))


def downgrade() -> None:
    op.drop_table('exports')
