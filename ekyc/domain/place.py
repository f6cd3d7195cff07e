"""Where the customer is during a call: told by the browser, with a consent of its own, rounded."""

import json
from dataclasses import dataclass
from enum import StrEnum


class PlaceState(StrEnum):
    """What the browser said when it was asked."""

    KNOWN = "known"
    REFUSED = "refused"
    """The customer, or the device, does not let the page know."""
    UNAVAILABLE = "unavailable"
    """The device does not find out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place on the globe (WGS 84, degrees), or why there is none."""

    state: PlaceState
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None


def rounded(place: Place, decimals: int) -> Place:
    """No more exact than the bank wants to know it; what is no place has no figures.

    The browser's own word for how exact it is can claim more than the figures then hold: it is
    rounded up to ten metres.
    """
    if place.state is not PlaceState.KNOWN or place.latitude is None or place.longitude is None:
        state = PlaceState.UNAVAILABLE if place.state is PlaceState.KNOWN else place.state
        return Place(state=state)
    accuracy_m = place.accuracy_m
    return Place(
        state=place.state,
        latitude=round(place.latitude, decimals),
        longitude=round(place.longitude, decimals),
        accuracy_m=None if accuracy_m is None else float(-(-accuracy_m // 10) * 10),
    )


def is_news(place: Place, before: Place | None) -> bool:
    """Whether it says more than what was told last; how exact it is alone is no news."""
    if before is None:
        return True
    told = (before.state, before.latitude, before.longitude)
    return told != (place.state, place.latitude, place.longitude)


def recorded(place: Place) -> str:
    """As it stands in the recording: a JSON object; nothing where it is not known."""
    if place.state is not PlaceState.KNOWN:
        return ""
    known = {"latitude": place.latitude, "longitude": place.longitude}
    if place.accuracy_m is not None:
        known["accuracy_m"] = place.accuracy_m
    return json.dumps(known, separators=(",", ":"))
