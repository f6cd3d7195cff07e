"""contacts: who callers are, which changes they authorised, and the entry after each call"""

import sqlalchemy as sa
from alembic import op

from ekyc.storage.instant import Instant

revision = '0042'
down_revision = '0041'
branch_labels = None
depends_on = None

_LIVE = sa.text("state IN ('live')")
_OWED = sa.text('entered_at IS NULL')
_IDENTIFIERS = "by IN ('service', 'number', 'reference')"
_STATES = "state IN ('asked', 'shown', 'confirmed', 'refused', 'declined', 'lapsed')"


def _channels(listed: str) -> None:
    """The partial index goes and comes back: a table made anew would lose its condition."""
    with op.batch_alter_table('codes') as batch:
        batch.drop_index('uq_codes_live')
    with op.batch_alter_table('codes') as batch:
        batch.drop_constraint(batch.f('ck_codes_channel'), type_='check')
        batch.create_check_constraint(batch.f('ck_codes_channel'), f'channel IN ({listed})')
    with op.batch_alter_table('codes') as batch:
        batch.create_index(
            'uq_codes_live',
            ['application_id', 'purpose'],
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )


def _of_call(table: str) -> tuple[sa.Column[str] | sa.ForeignKeyConstraint, ...]:
    return (
        sa.Column('application_id', sa.String(length=32), nullable=False),
        sa.Column('call_id', sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ['application_id'], ['applications.id'], name=op.f(f'fk_{table}_application_id')
        ),
        sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f(f'fk_{table}_call_id')),
    )


def _index(table: str, *columns: str) -> None:
    with op.batch_alter_table(table) as batch:
        for column in columns:
            batch.create_index(batch.f(f'ix_{table}_{column}'), [column], unique=False)


def upgrade() -> None:
    _channels("'sms', 'voice', 'mail', 'page'")
    op.create_table(
        'identifications',
        sa.Column('id', sa.String(length=32), nullable=False),
        *_of_call('identifications'),
        sa.Column('by', sa.String(length=10), nullable=False),
        sa.Column('passed', sa.Boolean(), nullable=False),
        sa.Column('judged_by', sa.String(length=32), nullable=False),
        sa.Column('at', Instant(), nullable=False),
        sa.CheckConstraint(_IDENTIFIERS, name=op.f('ck_identifications_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_identifications')),
    )
    _index('identifications', 'application_id', 'call_id')
    op.create_table(
        'authorisations',
        sa.Column('id', sa.String(length=32), nullable=False),
        *_of_call('authorisations'),
        sa.Column('identification_id', sa.String(length=32), nullable=False),
        sa.Column('change', sa.String(length=200), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('asked_by', sa.String(length=32), nullable=False),
        sa.Column('asked_at', Instant(), nullable=False),
        sa.Column('expires_at', Instant(), nullable=False),
        sa.Column('session', sa.String(length=64), nullable=False),
        sa.Column('ended_at', Instant(), nullable=True),
        sa.CheckConstraint(_STATES, name=op.f('ck_authorisations_state')),
        sa.ForeignKeyConstraint(
            ['identification_id'],
            ['identifications.id'],
            name=op.f('fk_authorisations_identification_id'),
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_authorisations')),
    )
    _index('authorisations', 'application_id', 'call_id')
    op.create_table(
        'contacts',
        *_of_call('contacts'),
        sa.Column('due_at', Instant(), nullable=False),
        sa.Column('draft', sa.Text(), nullable=False),
        sa.Column('changed', sa.Text(), nullable=False),
        sa.Column('by', sa.String(length=32), nullable=True),
        sa.Column('entered_at', Instant(), nullable=True),
        sa.PrimaryKeyConstraint('call_id', name=op.f('pk_contacts')),
    )
    _index('contacts', 'application_id')
    op.create_index(
        'ix_contacts_owed', 'contacts', ['call_id'], sqlite_where=_OWED, postgresql_where=_OWED
    )
    op.create_table(
        'contact_changes',
        sa.Column('authorisation_id', sa.String(length=32), nullable=False),
        sa.Column('call_id', sa.String(length=32), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['authorisation_id'],
            ['authorisations.id'],
            name=op.f('fk_contact_changes_authorisation_id'),
        ),
        sa.ForeignKeyConstraint(
            ['call_id'], ['contacts.call_id'], name=op.f('fk_contact_changes_call_id')
        ),
        sa.PrimaryKeyConstraint('authorisation_id', name=op.f('pk_contact_changes')),
    )
    _index('contact_changes', 'call_id')


def downgrade() -> None:
    for table in ('contact_changes', 'contacts', 'authorisations', 'identifications'):
        op.drop_table(table)
    op.execute("DELETE FROM codes WHERE channel = 'page'")
    _channels("'sms', 'voice', 'mail'")
