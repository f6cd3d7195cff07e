"""`python -m ekyc.training.lines …`."""

from ekyc.training.lines.command import lines_app

lines_app()
