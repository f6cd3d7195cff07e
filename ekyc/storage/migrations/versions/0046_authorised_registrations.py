"""authorised registrations: which number or mailbox an authorisation covered"""

import sqlalchemy as sa
from alembic import op

revision = '0046'
down_revision = '0045'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('authorisations') as batch:
        batch.add_column(sa.Column('registration_id', sa.String(length=32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('authorisations') as batch:
        batch.drop_column('registration_id')
