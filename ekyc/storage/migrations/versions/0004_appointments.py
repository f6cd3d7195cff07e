"""Appointments, the shifts behind them, and where staff receive mail."""

import sqlalchemy as sa
from alembic import op

import ekyc.storage.instant

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('appointments',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('application_id', sa.String(length=32), nullable=False),
    sa.Column('agent_id', sa.String(length=32), nullable=False),
    sa.Column('at', ekyc.storage.instant.Instant(timezone=True), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('zone', sa.String(length=60), nullable=False),
    sa.Column('moves', sa.Integer(), nullable=False),
    sa.Column('held_until', ekyc.storage.instant.Instant(timezone=True), nullable=False),
    sa.Column('arrived_at', ekyc.storage.instant.Instant(timezone=True), nullable=True),
    sa.Column('changed_at', ekyc.storage.instant.Instant(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('held', 'booked', 'due', 'kept', 'missed_by_customer', 'missed_by_agent', 'moved', 'cancelled', 'lapsed')", name=op.f('ck_appointments_state')),
    sa.ForeignKeyConstraint(['agent_id'], ['staff.id'], name=op.f('fk_appointments_agent_id')),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_appointments_application_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointments'))
    )
    with op.batch_alter_table('appointments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_appointments_application_id'), ['application_id'], unique=False)
        batch_op.create_index('ix_appointments_at', ['state', 'at'], unique=False)
        batch_op.create_index('uq_appointments_active', ['application_id'], unique=True, sqlite_where=sa.text("state IN ('booked', 'due')"), postgresql_where=sa.text("state IN ('booked', 'due')"))
        batch_op.create_index('uq_appointments_agent', ['agent_id', 'at'], unique=True, sqlite_where=sa.text("state IN ('held', 'booked', 'due')"), postgresql_where=sa.text("state IN ('held', 'booked', 'due')"))
        batch_op.create_index('uq_appointments_held', ['application_id'], unique=True, sqlite_where=sa.text("state IN ('held')"), postgresql_where=sa.text("state IN ('held')"))

    op.create_table('days_off',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('staff_id', sa.String(length=32), nullable=True),
    sa.Column('note', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_days_off_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_days_off'))
    )
    with op.batch_alter_table('days_off', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_days_off_day'), ['day'], unique=False)

    op.create_table('shifts',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('staff_id', sa.String(length=32), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('start_min', sa.Integer(), nullable=False),
    sa.Column('end_min', sa.Integer(), nullable=False),
    sa.CheckConstraint('start_min >= 0 AND start_min < end_min AND end_min <= 1440', name=op.f('ck_shifts_span')),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_shifts_weekday')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_shifts_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shifts')),
    sa.UniqueConstraint('staff_id', 'weekday', 'start_min', name=op.f('uq_shifts_staff_id_weekday_start_min'))
    )
    with op.batch_alter_table('shifts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shifts_staff_id'), ['staff_id'], unique=False)

    op.add_column(
        'staff', sa.Column('mail', sa.String(length=200), server_default='', nullable=False)
    )



def downgrade() -> None:
    op.drop_column('staff', 'mail')
    op.drop_table('shifts')
    op.drop_table('days_off')
    op.drop_table('appointments')
