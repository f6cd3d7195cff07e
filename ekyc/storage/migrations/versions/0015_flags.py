"""marks of document numbers, and where an edited value came from"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'number_marks',
        sa.Column('application_id', sa.String(length=32), nullable=False),
        sa.Column('mark', sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ['application_id'], ['applications.id'], name=op.f('fk_number_marks_application_id')
        ),
        sa.PrimaryKeyConstraint('application_id', 'mark', name=op.f('pk_number_marks')),
    )
    with op.batch_alter_table('number_marks') as batch:
        batch.create_index(batch.f('ix_number_marks_mark'), ['mark'], unique=False)
    with op.batch_alter_table('edits') as batch:
        batch.add_column(sa.Column('source', sa.String(length=8), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('edits') as batch:
        batch.drop_column('source')
    op.drop_table('number_marks')
