"""A house to be killed: an idle worker, one stuck in a task, and a pose worker; prints their ids.

Run as `python -m tests.vision_house SOCKET`.
"""

import asyncio
import sys
from pathlib import Path

from ekyc.settings import Vision
from ekyc.vision.pool import Pool
from ekyc.vision.pose_server import PoseServer
from tests import vision_tasks


async def main() -> None:
    """Live until killed."""
    vision = Vision()
    poses = PoseServer(vision, Path(sys.argv[1]))
    await poses.start()
    idle, busy = (Pool(vision, task=vision_tasks.NAME, settings={}) for _ in range(2))
    pids = [(await pool.run({"do": "echo"}, b""))[0]["pid"] for pool in (idle, busy)]
    stuck = asyncio.create_task(busy.run({"do": "hang"}, b""), name="stuck")
    await asyncio.sleep(3)  # the pose worker is up, the stuck one is stuck
    sys.stdout.write(" ".join(map(str, ["pids", *pids, poses.pid])) + "\n")
    sys.stdout.flush()
    await stuck


if __name__ == "__main__":
    asyncio.run(main())
