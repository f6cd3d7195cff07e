"""Vietnam's administrative units before and after July 2025, for checking printed addresses.

`units.tsv` has a line a district (province, district, communes) as of June 2025 and a line a
province (province, nothing, communes) since; ORIGIN.md says where it is from.
"""

from functools import cache
from importlib.resources import files

from ekyc.domain.address import Gazetteer

_RENAMED = (("Thừa Thiên Huế", "", ()),)
"""Provinces that cards name and the list of June 2025 has no more."""


@cache
def units() -> Gazetteer:
    """Both lists in one; 60 ms at the first asking."""
    text = files(__package__).joinpath("units.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    listed = (
        (province, district, filter(None, communes.split(";")))
        for province, district, communes in rows
    )
    return Gazetteer.of((*listed, *_RENAMED))


@cache
def syllables() -> frozenset[str]:
    """What the names of all units are made of, in small letters."""
    words = " ".join(units().names).lower().replace(",", " ").split()
    return frozenset(word for word in words if word.isalpha())
