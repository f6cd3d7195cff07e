"""plans: kinds of time, drafts of an agent's day, absences of part of a day"""

import sqlalchemy as sa
from alembic import op

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None

_DUTIES = "duty IN ('available', 'break', 'meeting', 'training')"
_SPAN = 'start_min >= 0 AND start_min < end_min AND end_min <= 1440'


def upgrade() -> None:
    op.create_table(
        'plans',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('staff_id', sa.String(length=32), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('weekly', sa.Boolean(), nullable=False),
        sa.Column('stints', sa.JSON(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'published')", name=op.f('ck_plans_state')),
        sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_plans_staff_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_plans')),
        sa.UniqueConstraint('staff_id', 'day', 'state', name=op.f('uq_plans_staff_id_day_state')),
    )
    op.create_index(op.f('ix_plans_day'), 'plans', ['day'])
    with op.batch_alter_table('shifts') as batch:
        batch.add_column(
            sa.Column('duty', sa.String(length=12), nullable=False, server_default='available')
        )
        batch.create_check_constraint('duty', _DUTIES)
    with op.batch_alter_table('days_off') as batch:
        batch.add_column(sa.Column('start_min', sa.Integer(), nullable=False, server_default='0'))
        batch.add_column(sa.Column('end_min', sa.Integer(), nullable=False, server_default='1440'))
        batch.create_check_constraint('span', _SPAN)


def downgrade() -> None:
    op.execute('DELETE FROM days_off WHERE start_min > 0 OR end_min < 1440')
    with op.batch_alter_table('days_off') as batch:
        batch.drop_constraint(op.f('ck_days_off_span'), type_='check')
        batch.drop_column('end_min')
        batch.drop_column('start_min')
    op.execute("DELETE FROM shifts WHERE duty <> 'available'")
    with op.batch_alter_table('shifts') as batch:
        batch.drop_constraint(op.f('ck_shifts_duty'), type_='check')
        batch.drop_column('duty')
    op.drop_table('plans')
