"""places: from which network an appointment was chosen"""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('appointments') as batch:
        network = sa.Column('network', sa.String(length=64), server_default='', nullable=False)
        batch.add_column(network)
        batch.create_index(batch.f('ix_appointments_network'), ['network'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('appointments') as batch:
        batch.drop_index(batch.f('ix_appointments_network'))
        batch.drop_column('network')
