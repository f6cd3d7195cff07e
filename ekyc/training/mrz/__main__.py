"""`python -m ekyc.training.mrz …`."""

from ekyc.training.mrz.command import mrz_app

mrz_app()
