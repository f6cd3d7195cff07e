"""Log lines: facts and ids; of an error its way, never its words."""

import json
import logging

import pytest
import structlog

from ekyc import logs
from tests.logbook import logging_as_served

CANARY = "Mẫu Thị Sen"


class Trouble(Exception):
    """Carries a customer's words."""


def _stumble() -> None:
    try:
        int(CANARY)
    except ValueError as error:
        raise Trouble(CANARY) from error


def _fail() -> None:
    raise Trouble(CANARY)


def test_a_field_that_is_not_on_the_list_is_not_written() -> None:
    with logging_as_served() as written:
        structlog.get_logger().info("call.moved", call="c1", name=CANARY)
    line = json.loads(written.getvalue())
    assert line.keys() == {"event", "level", "timestamp", "call"}


def test_an_error_is_written_as_its_kind_and_its_way() -> None:
    with logging_as_served() as written:
        try:
            _stumble()
        except Trouble:
            structlog.get_logger().exception("request.failed", route="/")
    text = written.getvalue()
    line = json.loads(text)
    kinds = [entry for entry in line["trace"] if not entry.startswith(" ")]
    assert [kind.rpartition(".")[2] for kind in kinds] == ["Trouble", "ValueError"]
    assert "_stumble" in text
    assert CANARY not in text


def test_every_part_of_a_group_is_written() -> None:
    error = ExceptionGroup(CANARY, [Trouble(CANARY), KeyError(CANARY)])
    with logging_as_served() as written:
        structlog.get_logger().error("task.failed", exc_info=error)
    text = written.getvalue()
    assert "Trouble" in text
    assert "KeyError" in text
    assert CANARY not in text


def _stumble_quietly() -> None:
    try:
        int(CANARY)
    except ValueError:
        raise Trouble from None


def test_an_error_that_hides_another_is_written_alone() -> None:
    with pytest.raises(Trouble) as raised:
        _stumble_quietly()
    assert len([line for line in logs.trace(raised.value) if not line.startswith(" ")]) == 1


def test_a_line_without_an_error_has_no_trace() -> None:
    with logging_as_served() as written:
        structlog.get_logger().error("task.failed", exc_info=None)
        structlog.get_logger().error("task.failed", exc_info=True)
    for line in written.getvalue().splitlines():
        assert "trace" not in json.loads(line)


def test_libraries_say_who_they_are_and_nothing_of_what_they_saw() -> None:
    with logging_as_served() as written:
        logging.getLogger("aiohttp.server").info("not at all")
        try:
            _fail()
        except Trouble:
            logging.getLogger("aiohttp.server").exception("could not serve %s", CANARY)
    text = written.getvalue()
    assert text.startswith("ERROR aiohttp.server\n")
    assert "at all" not in text
    assert "_fail" in text
    assert CANARY not in text
