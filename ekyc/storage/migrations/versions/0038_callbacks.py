"""callbacks: links mailed in calls, when their code was given back, and who wants one"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'callbacks',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('application_id', sa.String(length=32), nullable=False),
        sa.Column('call_id', sa.String(length=32), nullable=False),
        sa.Column('mailbox_id', sa.String(length=32), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('asked_at', Instant(), nullable=False),
        sa.Column('by', sa.String(length=32), nullable=False),
        sa.Column('confirmed_at', Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ['application_id'], ['applications.id'], name=op.f('fk_callbacks_application_id')
        ),
        sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_callbacks_call_id')),
        sa.ForeignKeyConstraint(
            ['mailbox_id'], ['mailboxes.id'], name=op.f('fk_callbacks_mailbox_id')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_callbacks')),
        sa.UniqueConstraint('digest', name=op.f('uq_callbacks_digest')),
    )
    with op.batch_alter_table('callbacks') as batch:
        batch.create_index(
            batch.f('ix_callbacks_application_id'), ['application_id'], unique=False
        )
        batch.create_index(batch.f('ix_callbacks_call_id'), ['call_id'], unique=False)
    callback: sa.Column[bool] = sa.Column(
        'callback', sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column('applications', callback)


def downgrade() -> None:
    op.drop_column('applications', 'callback')
    op.drop_table('callbacks')
