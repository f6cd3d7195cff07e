"""The table of the customers' keys."""

import sqlalchemy as sa

from ekyc.storage.columns import application, id
from ekyc.storage.metadata import metadata

customer_keys = sa.Table(
    "customer_keys",
    metadata,
    id(),
    application(unique=True),
    sa.Column("sealing_key", sa.String(40), nullable=False, index=True),
    sa.Column("wrapped", sa.String(80), nullable=False),
)
"""What a customer gave is sealed under this key; with the row gone nobody reads it any more."""
