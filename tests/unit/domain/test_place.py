"""Where the customer is: no more exact than the bank wants it, and told once."""

import pytest

from ekyc.domain.place import Place, PlaceState, is_news, recorded, rounded


def at(latitude: float, longitude: float = 106.70123, accuracy_m: float | None = 12.0) -> Place:
    known = PlaceState.KNOWN
    return Place(state=known, latitude=latitude, longitude=longitude, accuracy_m=accuracy_m)


def test_a_place_is_no_more_exact_than_was_asked_for() -> None:
    assert rounded(at(10.776889), 3) == at(10.777, 106.701, 20.0)
    assert rounded(at(10.776889), 1) == at(10.8, 106.7, 20.0)


@pytest.mark.parametrize("state", [PlaceState.REFUSED, PlaceState.UNAVAILABLE])
def test_who_does_not_say_where_gives_no_figures(state: PlaceState) -> None:
    assert rounded(Place(state=state, latitude=1.0, longitude=2.0), 3) == Place(state=state)
    assert recorded(Place(state=state)) == ""


def test_a_known_place_without_figures_is_none() -> None:
    half = Place(state=PlaceState.KNOWN, latitude=1.0)
    assert rounded(half, 3) == Place(state=PlaceState.UNAVAILABLE)


def test_the_same_place_again_is_no_news_however_exact_it_is_now() -> None:
    assert is_news(at(10.8), None)
    assert not is_news(at(10.8, accuracy_m=50.0), at(10.8))
    assert is_news(at(10.9), at(10.8))
    assert is_news(Place(state=PlaceState.REFUSED), at(10.8))


def test_the_recording_holds_a_json_object() -> None:
    assert recorded(at(10.8, 106.7)) == '{"latitude":10.8,"longitude":106.7,"accuracy_m":12.0}'
