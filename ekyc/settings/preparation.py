"""The table of the page that prepares customers for their call."""

from pydantic import Field

from ekyc.settings.sections import Section


class Preparation(Section):
    """The page that prepares customers for their call."""

    folder: str = Field(
        "",
        description="Folder with the bank's own vi.json and en.json; empty: the text that comes "
        "with the server",
    )
