"""Where the demo listens on the local network."""

from pydantic import Field

from ekyc.settings.sections import Section


class Lan(Section):
    """The demo on the local network: `ekyc serve --demo --lan`."""

    hosts: list[str] = Field(
        default_factory=list,
        description="Private IPv4 addresses to listen on; empty: all of this machine",
    )
    https_port: int = Field(8443, ge=1, le=65535, description="TCP port of the demo by HTTPS")
    trust_port: int = Field(
        8480, ge=1, le=65535, description="TCP port, HTTP, of the page that helps a phone trust it"
    )
