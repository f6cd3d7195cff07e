"""One thing the doctor looked at, and what to do about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at; `fix` says what to do when it is not ok."""

    name: str
    ok: bool
    detail: str
    fix: str | None = None


def well(name: str, detail: str) -> Check:
    """As it should be."""
    return Check(name=name, ok=True, detail=detail)


def ill(name: str, detail: str, fix: str) -> Check:
    """Not as it should be; `fix` is the next thing to type or to do."""
    return Check(name=name, ok=False, detail=detail, fix=fix)


def lines(checks: Sequence[Check]) -> Iterator[str]:
    """The checks for a person."""
    for check in checks:
        yield f"{'ok ' if check.ok else 'FIX'}  {check.name:<18}{check.detail}"
        if check.fix:
            yield f"{'':<23}→ {check.fix}"
