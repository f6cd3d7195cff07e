"""Typed settings from one TOML file and `EKYC_…` environment variables.

An unknown key, a wrong type or an impossible combination stops the start with the key's path.
Modules receive their own section, never `Settings`.
"""

import os
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from ekyc.settings import gateways
from ekyc.settings.alerts import Alerts
from ekyc.settings.booking import Booking, Mail
from ekyc.settings.call import Call
from ekyc.settings.capture import Capture
from ekyc.settings.crm import Crm
from ekyc.settings.evidence import Chip, Flags, Portraits
from ekyc.settings.export import Export
from ekyc.settings.faces import Faces
from ekyc.settings.gateways import Esms, Gateways, MessageWebhook, Stringee, Twilio
from ekyc.settings.handover import Handover
from ekyc.settings.lan import Lan
from ekyc.settings.media import Ice, Media
from ekyc.settings.preparation import Preparation
from ekyc.settings.push import Push
from ekyc.settings.queue import Group, Queue
from ekyc.settings.sections import (
    Applications,
    Bank,
    Codes,
    Database,
    Documents,
    Jobs,
    Objects,
    Section,
    Server,
    Staff,
)
from ekyc.settings.vision import Vision

__all__ = [
    "Alerts",
    "Applications",
    "Bank",
    "Booking",
    "Call",
    "Capture",
    "Chip",
    "Codes",
    "Crm",
    "Database",
    "Documents",
    "Esms",
    "Export",
    "Faces",
    "Flags",
    "Gateways",
    "Group",
    "Handover",
    "Ice",
    "Jobs",
    "Lan",
    "Mail",
    "Media",
    "MessageWebhook",
    "Objects",
    "Portraits",
    "Preparation",
    "Push",
    "Queue",
    "Section",
    "Server",
    "Settings",
    "Staff",
    "Stringee",
    "Twilio",
    "Vision",
]


class Settings(BaseSettings):
    """Everything an operator can set."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix="EKYC_", env_nested_delimiter="__"
    )

    demo: bool = Field(
        False,
        description="Play bank: invented staff, codes shown on a page, a ribbon on every page",
    )
    demo_files: int = Field(
        3, ge=0, le=3, description="Finished files the demo makes of itself when it first runs"
    )
    secret: SecretStr = Field(
        SecretStr(""),
        description="Server key (32 bytes, hex) for codes and signatures; empty: made once in var/",
    )
    secret_file: Path = Field(
        Path("var/secret.key"), description="Where the server key is kept when `secret` is empty"
    )
    seal_file: str = Field(
        "",
        description="The sealing keys, which open what customers gave; empty: seal.keys beside it",
    )

    server: Server = Server()
    lan: Lan = Lan()
    bank: Bank = Bank()
    database: Database = Database()
    objects: Objects = Objects()
    applications: Applications = Applications()
    codes: Codes = Codes()
    gateways: Gateways = Gateways()
    esms: Esms = Esms()
    stringee: Stringee = Stringee()
    twilio: Twilio = Twilio()
    message_webhook: MessageWebhook = MessageWebhook()
    staff: Staff = Staff()
    booking: Booking = Booking()
    mail: Mail = Mail()
    push: Push = Push()
    queue: Queue = Queue()
    alerts: Alerts = Alerts()
    call: Call = Call()
    media: Media = Media()
    ice: Ice = Ice()
    vision: Vision = Vision()
    documents: Documents = Documents()
    flags: Flags = Flags()
    portraits: Portraits = Portraits()
    faces: Faces = Faces()
    capture: Capture = Capture()
    handover: Handover = Handover()
    preparation: Preparation = Preparation()
    chip: Chip = Chip()
    export: Export = Export()
    crm: Crm = Crm()
    jobs: Jobs = Jobs()

    @property
    def seal_keys(self) -> Path:
        """The file of the sealing keys."""
        return Path(self.seal_file) if self.seal_file else self.secret_file.with_name("seal.keys")

    @model_validator(mode="before")
    @classmethod
    def nothing_is_ignored(cls, values: Any) -> Any:
        """Refuse a file that is not there and a variable nobody reads: both are misspelt."""
        if (file := os.environ.get("EKYC_CONFIG")) and not Path(file).is_file():
            raise ValueError(f"EKYC_CONFIG: there is no file {file}")
        known = {"CONFIG", *(name.upper() for name in cls.model_fields)}
        for variable in os.environ:
            prefix, _, rest = variable.upper().partition("_")
            if prefix == "EKYC" and rest.partition("__")[0] not in known:
                raise ValueError(f"{variable}: unknown key")
        return values

    @model_validator(mode="after")
    def a_ring_ends_before_the_call(self) -> "Settings":
        """Refuse a customer's ring that the rule for dropped parties would cut short."""
        if self.booking.answer_s > self.call.rejoin_s:
            raise ValueError("booking.answer_s: longer than call.rejoin_s")
        return self

    @model_validator(mode="after")
    def turn_lasts_a_call(self) -> "Settings":
        """Refuse names for the TURN server that end before a call may."""
        if self.ice.turn_urls and self.ice.turn_minutes < self.call.max_minutes:
            raise ValueError("ice.turn_minutes: shorter than call.max_minutes")
        return self

    @model_validator(mode="after")
    def providers_can_be_used(self) -> "Settings":
        """Refuse a provider without what it needs, and one spoken to in the clear."""
        if lacks := gateways.fault(self.gateways, lambda name: getattr(self, name)):
            raise ValueError(lacks)
        return self

    @model_validator(mode="after")
    def a_callback_can_be_mailed(self) -> "Settings":
        """Refuse to want of every approval what nobody carries; the demo has an inbox."""
        if "callback" in self.call.approval_needs and not (self.gateways.mail or self.demo):
            raise ValueError("call.approval_needs: callback needs a provider in gateways.mail")
        return self

    @model_validator(mode="after")
    def demo_stays_at_home(self) -> "Settings":
        """Refuse a public bind with the demo's known accounts."""
        if self.demo and self.server.host not in {"127.0.0.1", "localhost", "::1"}:
            raise ValueError(
                "server.host: the demo has known accounts and listens on loopback only"
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the file named by EKYC_CONFIG."""
        toml = TomlConfigSettingsSource(settings_cls, toml_file=os.environ.get("EKYC_CONFIG"))
        return init_settings, env_settings, toml
