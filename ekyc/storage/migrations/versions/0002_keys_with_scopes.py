"""keys with scopes"""

import sqlalchemy as sa
from alembic import op

import ekyc.storage.instant

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('api_keys') as batch:
        batch.add_column(sa.Column('scopes', sa.JSON(), nullable=True))
        batch.add_column(sa.Column('expires_at', ekyc.storage.instant.Instant(timezone=True), nullable=True))
        batch.add_column(sa.Column('revoked_at', ekyc.storage.instant.Instant(timezone=True), nullable=True))
        batch.add_column(sa.Column('used_at', ekyc.storage.instant.Instant(timezone=True), nullable=True))
    # Keys made before keep what they could do, and get no more.
    op.execute("UPDATE api_keys SET scopes = '[\"applications\"]'")
    with op.batch_alter_table('api_keys') as batch:
        batch.alter_column('scopes', existing_type=sa.JSON(), nullable=False)
    with op.batch_alter_table('applications') as batch:
        batch.create_index(batch.f('ix_applications_external_id'), ['external_id'])


def downgrade() -> None:
    with op.batch_alter_table('applications') as batch:
        batch.drop_index(batch.f('ix_applications_external_id'))
    with op.batch_alter_table('api_keys') as batch:
        batch.drop_column('used_at')
        batch.drop_column('revoked_at')
        batch.drop_column('expires_at')
        batch.drop_column('scopes')
