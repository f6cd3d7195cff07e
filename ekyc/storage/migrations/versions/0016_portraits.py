"""portraits to compare a face with"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'portraits',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('application_id', sa.String(length=32), nullable=False),
        sa.Column('of', sa.String(length=8), nullable=False),
        sa.Column('photograph_id', sa.String(length=32), nullable=True),
        sa.Column('picture', sa.String(length=80), nullable=False),
        sa.Column('picture_sha256', sa.String(length=64), nullable=False),
        sa.Column('given_sha256', sa.String(length=64), nullable=True),
        sa.Column('width_px', sa.Integer(), nullable=False),
        sa.Column('kept_at', Instant(), nullable=False),
        sa.Column('current', sa.Boolean(), nullable=False),
        sa.CheckConstraint("of IN ('chip', 'app', 'card')", name=op.f('ck_portraits_of')),
        sa.ForeignKeyConstraint(
            ['application_id'], ['applications.id'], name=op.f('fk_portraits_application_id')
        ),
        sa.ForeignKeyConstraint(
            ['photograph_id'], ['photographs.id'], name=op.f('fk_portraits_photograph_id')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_portraits')),
    )
    with op.batch_alter_table('portraits') as batch:
        batch.create_index(batch.f('ix_portraits_application_id'), ['application_id'], unique=False)


def downgrade() -> None:
    op.drop_table('portraits')
