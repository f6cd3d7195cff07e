"""A name for the TURN server says until when and for which seat, and only the bank can make one."""

from datetime import UTC, datetime

from ekyc.domain.turn import credentials


def test_the_name_and_its_password_are_those_coturn_computes() -> None:
    until = datetime(2026, 11, 22, 9, tzinfo=UTC)
    given = credentials("north", seat="room-agent", until=until)
    assert given.username == "1795338000:room-agent"
    # printf 1795338000:room-agent | openssl dgst -sha1 -hmac north -binary | base64
    assert given.password == "qQvqNJ8BoLhXyjBJS0iHKShxEOs="
