"""`python -m ekyc.training.corners …`."""

from ekyc.training.corners.command import corners_app

corners_app()
