"""The server posts to push services it was told of, whatever a page names."""

import pytest

from ekyc.domain.push import LONGEST_ENDPOINT, Subscription, is_whole, may_reach

SERVICES = ["fcm.googleapis.com", "push.apple.com", "http://127.0.0.1:9000"]


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://web.push.apple.com:443/abc",
        "http://127.0.0.1:9000/send/1",
    ],
)
def test_an_address_of_a_known_service_is_taken(endpoint: str) -> None:
    assert may_reach(endpoint, SERVICES)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://evil.example@fcm.googleapis.com/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://fcm.googleapis.com:x/y",
        "https://fcm.googleapis.com/" + "x" * LONGEST_ENDPOINT,
        "https://127.0.0.1/x",
        "http://127.0.0.1:9001/x",
        "http://127.0.0.1:9000@evil.example/x",
        "https://[::1]/x",
        "https://[",
        "file:///etc/passwd",
        "",
    ],
)
def test_any_other_address_is_not(endpoint: str) -> None:
    assert not may_reach(endpoint, SERVICES)


@pytest.mark.parametrize(
    ("public", "auth", "whole"),
    [
        (b"\x04" + b"x" * 64, b"a" * 16, True),
        (b"\x02" + b"x" * 64, b"a" * 16, False),
        (b"\x04" + b"x" * 63, b"a" * 16, False),
        (b"\x04" + b"x" * 64, b"a" * 15, False),
        (b"", b"", False),
    ],
)
def test_keys_have_the_form_that_can_be_encrypted_to(
    public: bytes, auth: bytes, whole: bool
) -> None:
    assert is_whole(Subscription(endpoint="", public=public, auth=auth)) == whole


def test_neither_address_nor_keys_show_where_a_subscription_is_printed() -> None:
    shown = repr(Subscription(endpoint="https://x.example/secret", public=b"key", auth=b"salt"))
    assert not any(word in shown for word in ("secret", "key'", "salt"))
