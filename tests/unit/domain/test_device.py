"""The device cookie: what it says of a browser, and for whom."""

from datetime import timedelta

from ekyc.domain import device
from tests.fakes import START

KEY = b"key"
LIFE = timedelta(days=90)


def after(cookie: str, login: str) -> str:
    return device.remembered(KEY, cookie, login=login, nonce=f"n-{login}", now=START, life=LIFE)


def known(cookie: str, login: str, later: timedelta = timedelta(0)) -> str:
    return device.known(KEY, cookie, login=login, now=START + later, life=LIFE)


def test_a_shared_browser_knows_everybody_who_signed_in_with_it() -> None:
    cookie = after(after("", "lan"), "mai")
    assert (known(cookie, "lan"), known(cookie, "mai")) == ("n-lan", "n-mai")
    assert known(cookie, "huy") == ""
    assert "lan." not in cookie.replace("n-lan.", "")


def test_who_signs_in_again_is_written_down_once() -> None:
    cookie = after(after(after("", "lan"), "mai"), "lan")
    assert cookie.count("~") == 1


def test_a_cookie_stays_small_and_forgets_whoever_came_longest_ago() -> None:
    cookie = ""
    for n in range(20):
        cookie = after(cookie, f"agent{n}")
    assert len(cookie) < 600
    assert [n for n in range(20) if known(cookie, f"agent{n}")] == [15, 16, 17, 18, 19]


def test_a_browser_is_forgotten_after_its_time() -> None:
    cookie = after("", "lan")
    assert known(cookie, "lan", LIFE - timedelta(seconds=1))
    assert not known(cookie, "lan", LIFE)


def test_nonsense_in_a_cookie_is_no_device_and_is_not_handed_back() -> None:
    for nonsense in (
        "~",
        "a.b.c",
        "n.9.\udcff",
        "x" * 9000,
        "n.1." + "0" * 64 + "\r\nSet-Cookie: a",
    ):
        assert known(nonsense, "lan") == ""
        assert after(nonsense, "lan") == after("", "lan")
