"""wrong sign-ins by marks of account, network and device, not by what was typed"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

MARKS = ('account', 'network', 'device')


def upgrade() -> None:
    # Tries of before keep no mark: they counted for a quarter of an hour and are swept after one.
    op.drop_index('ix_sign_in_failures_login', 'sign_in_failures')
    with op.batch_alter_table('sign_in_failures') as batch:
        batch.drop_column('login')
        for mark in MARKS:
            batch.add_column(sa.Column(mark, sa.String(64), nullable=False, server_default=''))
    for mark in MARKS:
        op.create_index(f'ix_sign_in_failures_{mark}', 'sign_in_failures', [mark])


def downgrade() -> None:
    for mark in MARKS:
        op.drop_index(f'ix_sign_in_failures_{mark}', 'sign_in_failures')
    with op.batch_alter_table('sign_in_failures') as batch:
        for mark in MARKS:
            batch.drop_column(mark)
        batch.add_column(sa.Column('login', sa.String(60), nullable=False, server_default=''))
    op.create_index('ix_sign_in_failures_login', 'sign_in_failures', ['login'])
