"""The tables of what stands beside the photographs of a document."""

import sqlalchemy as sa

from ekyc.storage.columns import application
from ekyc.storage.metadata import metadata

number_marks = sa.Table(
    "number_marks",
    metadata,
    application(primary_key=True),
    sa.Column("mark", sa.String(64), primary_key=True, index=True),
)
"""Marks of document numbers by the server's key: equal numbers are found, none can be read."""
