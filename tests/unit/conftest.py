"""Unit tests open no network socket: what needs one stands in tests/integration."""

import socket

import pytest


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.get_closest_marker("postgres"):
        return  # the same test once more, on a real server

    def refuse(*_: object) -> None:
        pytest.fail("a unit test opened a socket; move it to tests/integration")

    for name in ("connect", "connect_ex", "bind", "listen"):
        monkeypatch.setattr(socket.socket, name, refuse)
