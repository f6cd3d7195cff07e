"""comparisons of faces, and signals"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

_SIGNALS = (
    "signal IN ('another-person', 'no-match', 'flat-picture', 'frozen-picture', 'own-net', "
    "'several-faces', 'virtual-camera', 'too-quick', 'too-bright', 'too-dark')"
)


def upgrade() -> None:
    op.create_table(
        'comparisons',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('application_id', sa.String(length=32), nullable=False),
        sa.Column('call_id', sa.String(length=32), nullable=False),
        sa.Column('portrait_id', sa.String(length=32), nullable=False),
        sa.Column('of', sa.String(length=8), nullable=False),
        sa.Column('at', Instant(), nullable=False),
        sa.Column('score', sa.Float(), nullable=True),
        sa.Column('outcome', sa.String(length=8), nullable=False),
        sa.Column('match_at', sa.Float(), nullable=False),
        sa.Column('refer_at', sa.Float(), nullable=False),
        sa.Column('min_px', sa.Integer(), nullable=False),
        sa.Column('model', sa.String(length=40), nullable=False),
        sa.Column('looks', sa.Integer(), nullable=False),
        sa.Column('face_px', sa.Float(), nullable=True),
        sa.Column('live', sa.String(length=80), nullable=False),
        sa.Column('portrait', sa.String(length=80), nullable=True),
        sa.Column('template', sa.String(length=80), nullable=True),
        sa.CheckConstraint("of IN ('chip', 'app', 'card')", name=op.f('ck_comparisons_of')),
        sa.CheckConstraint(
            "outcome IN ('match', 'refer', 'no-match')", name=op.f('ck_comparisons_outcome')
        ),
        sa.ForeignKeyConstraint(
            ['application_id'], ['applications.id'], name=op.f('fk_comparisons_application_id')
        ),
        sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_comparisons_call_id')),
        sa.ForeignKeyConstraint(
            ['portrait_id'], ['portraits.id'], name=op.f('fk_comparisons_portrait_id')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_comparisons')),
    )
    op.create_table(
        'signals',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('application_id', sa.String(length=32), nullable=False),
        sa.Column('call_id', sa.String(length=32), nullable=False),
        sa.Column('signal', sa.String(length=20), nullable=False),
        sa.Column('figure', sa.Float(), nullable=False),
        sa.Column('limits_version', sa.String(length=16), nullable=False),
        sa.Column('at', Instant(), nullable=False),
        sa.CheckConstraint(_SIGNALS, name=op.f('ck_signals_signal')),
        sa.ForeignKeyConstraint(
            ['application_id'], ['applications.id'], name=op.f('fk_signals_application_id')
        ),
        sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_signals_call_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_signals')),
    )
    for table in ('comparisons', 'signals'):
        with op.batch_alter_table(table) as batch:
            index = batch.f(f'ix_{table}_application_id')
            batch.create_index(index, ['application_id'], unique=False)


def downgrade() -> None:
    op.drop_table('signals')
    op.drop_table('comparisons')
