"""The house's end of an export: a process of low priority, killed when it takes too long."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import structlog

from ekyc.settings import Export
from ekyc.vision.process import WorkerLost, WorkerProcess

log = structlog.get_logger(__name__)


class NotComposed(Exception):
    """There will be no film; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def composed(asked: Mapping[str, Any], rules: Export) -> AsyncIterator[float]:
    """Work at what is asked for, telling the share that is done; raises `NotComposed`."""
    try:
        async with asyncio.timeout(rules.longest_min * 60):
            worker = await WorkerProcess.start("ekyc.media.composer", rules, {"asked": asked})
            try:
                while not (answer := (await worker.ask({}))[0]).get("done"):
                    yield _share(answer)
            finally:
                await worker.kill()
    except TimeoutError:
        raise NotComposed("timeout") from None
    except (WorkerLost, OSError) as error:
        log.warning("export.worker-lost", reason=type(error).__name__)
        raise NotComposed("broken") from error


def _share(answer: Mapping[str, Any]) -> float:
    if failed := answer.get("failed"):
        log.warning("export.not-composed", reason=failed, where=answer.get("where", ""))
        raise NotComposed(failed)
    return float(answer["share"])
