"""mailboxes: where customers are written to, sealed, and who vouches for each"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'mailboxes',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('application_id', sa.String(length=32), nullable=False),
        sa.Column('sealed', sa.String(length=500), nullable=False),
        sa.Column('source', sa.String(length=40), nullable=False),
        sa.Column('as_of', sa.String(length=10), nullable=False),
        sa.Column('note', sa.String(length=200), nullable=False),
        sa.Column('by', sa.String(length=32), nullable=False),
        sa.Column('at', Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ['application_id'], ['applications.id'], name=op.f('fk_mailboxes_application_id')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mailboxes')),
    )
    with op.batch_alter_table('mailboxes') as batch:
        batch.create_index(
            batch.f('ix_mailboxes_application_id'), ['application_id'], unique=False
        )


def downgrade() -> None:
    op.drop_table('mailboxes')
