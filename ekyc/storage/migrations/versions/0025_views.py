"""stills in a view: the document tilted, a finger over it, a hand before the face"""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

_VIEWS = "view IN ('level', 'left', 'right', 'away', 'near', 'finger', 'hand')"


def upgrade() -> None:
    with op.batch_alter_table('stills') as batch:
        batch.add_column(sa.Column('view', sa.String(length=8), nullable=True))
        batch.add_column(sa.Column('following', sa.JSON(), nullable=True))
        batch.add_column(sa.Column('passed', sa.Boolean(), nullable=True))
        batch.create_check_constraint(batch.f('ck_stills_view'), _VIEWS)


def downgrade() -> None:
    with op.batch_alter_table('stills') as batch:
        batch.drop_constraint(batch.f('ck_stills_view'), type_='check')
        batch.drop_column('passed')
        batch.drop_column('following')
        batch.drop_column('view')
