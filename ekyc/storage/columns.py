"""What tables are made of: the columns and checks that recur."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa


def id() -> sa.Column[str]:
    """32 hex digits."""
    return sa.Column("id", sa.String(32), primary_key=True)


def application(**kwargs: Any) -> sa.Column[str]:
    """Whose row it is."""
    return sa.Column(
        "application_id", sa.String(32), sa.ForeignKey("applications.id"), nullable=False, **kwargs
    )


def one_of(column: str, values: Iterable[str], name: str) -> sa.CheckConstraint:
    """The database too refuses what the code does not know."""
    return sa.CheckConstraint(_listed(column, values), name=name)


def once(name: str, *columns: str, while_in: Iterable[str]) -> sa.Index:
    """A value stands once among the rows in these states."""
    return among(name, *columns, while_in=while_in, unique=True)


def among(name: str, *columns: str, while_in: Iterable[str], unique: bool = False) -> sa.Index:
    """An index of the rows in these states alone."""
    condition = sa.text(_listed("state", while_in))
    return sa.Index(
        name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition
    )


def _listed(column: str, values: Iterable[str]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"
