"""the name a customer confirmed stands beside the CRM's"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    name = sa.Column('form_name', sa.String(200), server_default='', nullable=False)
    op.add_column('applications', name)


def downgrade() -> None:
    op.drop_column('applications', 'form_name')
