"""One step of what is done again and again: a failed one is logged and costs one turn, no more."""

from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)


async def attempt(task: str, step: str, act: Callable[[], Awaitable[int]]) -> bool:
    """Do a step of a task; how many it changed is logged when it changed any.

    Whether it did not fail.
    """
    try:
        done = await act()
    except Exception as error:  # the database is away, or somebody was faster: the next turn knows
        log.warning("turn.failed", task=task, step=step, problem=type(error).__name__)
        return False
    if done:
        log.info("turn.acted", task=task, step=step, count=done)
    return True
