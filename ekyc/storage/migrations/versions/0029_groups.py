"""groups, languages and skills; room between priorities"""

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

# Comes back, booked: as the tickets have it before and after.
_PRIORITIES = ((1, 20), (2, 30))


def upgrade() -> None:
    both = sa.Column('speaks', sa.JSON(), nullable=False, server_default='["vi", "en"]')
    op.add_column('staff', both)
    op.add_column('staff', sa.Column('skills', sa.JSON(), nullable=False, server_default='[]'))
    region = sa.Column('region', sa.String(60), nullable=False, server_default='')
    op.add_column('applications', region)
    vulnerable: sa.Column[bool] = sa.Column('vulnerable', sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column('applications', vulnerable)
    for name, length, default in (('group', 24, ''), ('language', 8, 'vi'), ('secret', 64, '')):
        column = sa.Column(name, sa.String(length), nullable=False, server_default=default)
        op.add_column('tickets', column)
    place = ['state', 'group', 'language', 'priority', 'seq']
    op.create_index('ix_tickets_routed', 'tickets', place)
    for before, after in _PRIORITIES:
        op.execute(f'UPDATE tickets SET priority = {after} WHERE priority = {before}')
    op.execute(
        'UPDATE tickets SET language = (SELECT language FROM applications'
        ' WHERE applications.id = tickets.application_id)'
    )


def downgrade() -> None:
    op.execute('UPDATE tickets SET priority = 0 WHERE priority = 10')
    for before, after in _PRIORITIES:
        op.execute(f'UPDATE tickets SET priority = {before} WHERE priority = {after}')
    op.drop_index('ix_tickets_routed', 'tickets')
    for table, name in (
        ('tickets', 'secret'),
        ('tickets', 'language'),
        ('tickets', 'group'),
        ('applications', 'vulnerable'),
        ('applications', 'region'),
        ('staff', 'skills'),
        ('staff', 'speaks'),
    ):
        op.drop_column(table, name)
