"""the customers' keys"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('customer_keys',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('application_id', sa.String(length=32), nullable=False),
    sa.Column('sealing_key', sa.String(length=40), nullable=False),
    sa.Column('wrapped', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_customer_keys_application_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customer_keys')),
    sa.UniqueConstraint('application_id', name=op.f('uq_customer_keys_application_id'))
    )
    with op.batch_alter_table('customer_keys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_customer_keys_sealing_key'), ['sealing_key'], unique=False)


def downgrade() -> None:
    op.drop_table('customer_keys')
