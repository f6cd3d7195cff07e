"""mailed links: which mailbox a link went to"""

import sqlalchemy as sa
from alembic import op

revision = '0045'
down_revision = '0044'
branch_labels = None
depends_on = None


def upgrade() -> None:
    mailbox: sa.Column[str] = sa.Column(
        'mailbox', sa.String(length=32), nullable=False, server_default=''
    )
    op.add_column('links', mailbox)


def downgrade() -> None:
    op.drop_column('links', 'mailbox')
