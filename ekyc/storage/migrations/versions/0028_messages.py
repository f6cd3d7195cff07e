"""messages by which codes go out; codes are live, used or replaced, and bound to who asked"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

_CHANNELS = "channel IN ('sms', 'voice', 'mail')"
_STATES = "state IN ('live', 'used', 'replaced')"
_MESSAGE_STATES = "state IN ('sending', 'handed', 'delivered', 'failed')"
_ADDED = (('state', 8), ('channel', 8), ('bound_to', 64))
_LIVE = sa.text("state IN ('live')")


def upgrade() -> None:
    with op.batch_alter_table('codes') as batch:
        for name, length in _ADDED:
            batch.add_column(sa.Column(name, sa.String(length=length), nullable=True))
    # None is live any more: nobody knows which session asked for it.
    op.execute(
        "UPDATE codes SET channel = 'sms', bound_to = '',"
        " state = CASE WHEN used THEN 'used' ELSE 'replaced' END"
    )
    with op.batch_alter_table('codes') as batch:
        batch.drop_column('used')
        for name, _ in _ADDED:
            batch.alter_column(name, nullable=False)
        batch.create_check_constraint(batch.f('ck_codes_state'), _STATES)
        batch.create_check_constraint(batch.f('ck_codes_channel'), _CHANNELS)
    with op.batch_alter_table('codes') as batch:
        batch.create_index(
            'uq_codes_live',
            ['application_id', 'purpose'],
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )
    op.create_table(
        'messages',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('application_id', sa.String(length=32), nullable=False),
        sa.Column('purpose', sa.String(length=20), nullable=False),
        sa.Column('channel', sa.String(length=8), nullable=False),
        sa.Column('number', sa.String(length=64), nullable=False),
        sa.Column('block', sa.String(length=64), nullable=False),
        sa.Column('address', sa.String(length=64), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('at', Instant(), nullable=False),
        sa.Column('state_at', Instant(), nullable=False),
        sa.Column('cost_vnd', sa.Integer(), nullable=False),
        sa.Column('provider', sa.String(length=20), nullable=False),
        sa.Column('reference', sa.String(length=120), nullable=False),
        sa.CheckConstraint(_CHANNELS, name=op.f('ck_messages_channel')),
        sa.CheckConstraint(_MESSAGE_STATES, name=op.f('ck_messages_state')),
        sa.ForeignKeyConstraint(
            ['application_id'], ['applications.id'], name=op.f('fk_messages_application_id')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_messages')),
    )
    with op.batch_alter_table('messages') as batch:
        for column in ('application_id', 'number', 'block', 'address', 'at'):
            batch.create_index(batch.f(f'ix_messages_{column}'), [column], unique=False)
        batch.create_index('ix_messages_reference', ['provider', 'reference'], unique=False)


def downgrade() -> None:
    op.drop_table('messages')
    op.execute('DELETE FROM codes')
    with op.batch_alter_table('codes') as batch:
        batch.drop_index('uq_codes_live')
    with op.batch_alter_table('codes') as batch:
        batch.drop_constraint(batch.f('ck_codes_state'), type_='check')
        batch.drop_constraint(batch.f('ck_codes_channel'), type_='check')
        batch.drop_column('bound_to')
        batch.drop_column('channel')
        batch.drop_column('state')
        batch.add_column(sa.Column('used', sa.Boolean(), nullable=False))
