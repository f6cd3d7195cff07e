"""Which part of a file a request means: RFC 9110 §14, the odd ones too."""

import pytest
from aiohttp.test_utils import make_mocked_request

from ekyc.web.conditional import Part, is_known, part

SIZE, TAG = 100, "tag"


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("bytes=0-9", Part(0, 10)),
        ("bytes=0-0", Part(0, 1)),
        ("bytes=90-", Part(90, 100)),
        ("bytes=90-1000", Part(90, 100)),
        ("bytes=-10", Part(90, 100)),
        ("bytes=-1000", Part(0, 100)),
        ("Bytes=5-6", Part(5, 7)),
        ("bytes= 5-6 ", Part(5, 7)),
        ("bytes=,5-6,", Part(5, 7)),
    ],
)
def test_a_reader_is_given_the_part_asked_for(asked: str, wanted: Part) -> None:
    assert part(make_mocked_request("GET", "/", {"Range": asked}), SIZE, TAG) == wanted
    assert wanted.is_there


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_part_beyond_the_end_is_not_there(asked: str) -> None:
    wanted = part(make_mocked_request("GET", "/", {"Range": asked}), SIZE, TAG)
    assert wanted is not None
    assert not wanted.is_there


def test_nothing_of_an_empty_file_is_there() -> None:
    wanted = part(make_mocked_request("GET", "/", {"Range": "bytes=-5"}), 0, TAG)
    assert wanted is not None
    assert not wanted.is_there


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=,",
        "bytes=9-3",
        "bytes=a-b",
        "bytes=0x1-9",
        "bytes=+1-9",
        "bytes=1--9",
        "bytes=1-9-11",
        "bytes=٣-٩",
        "bytes=0-1,3-4",
        "bytes=200-,300-",
        "items=0-9",
        "0-9",
        f"bytes={'9' * 4_500}-",
    ],
)
def test_a_range_nobody_can_read_is_ignored_and_so_are_several(asked: str) -> None:
    assert part(make_mocked_request("GET", "/", {"Range": asked}), SIZE, TAG) is None


def test_a_range_is_for_a_get_and_for_this_version() -> None:
    span = {"Range": "bytes=0-9"}
    assert part(make_mocked_request("HEAD", "/", span), SIZE, TAG) is None
    for version, wanted in (
        ('"tag"', Part(0, 10)),
        ('W/"tag"', None),
        ('"another"', None),
        ("Sun, 22 Nov 2026 10:00:00 GMT", None),
    ):
        request = make_mocked_request("GET", "/", span | {"If-Range": version})
        assert part(request, SIZE, TAG) == wanted, version


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ('"tag"', True),
        ('W/"tag"', True),
        ('"a", "tag"', True),
        ('"a",W/"tag", "b"', True),
        ("*", True),
        ('"a"', False),
        ("tag", False),
        ("", False),
    ],
)
def test_a_reader_who_has_it_is_known(known: str, expected: bool) -> None:
    request = make_mocked_request("GET", "/", {"If-None-Match": known})
    assert is_known(request, TAG) is expected
