"""The tables of the settings file; every limit is a key, its unit in its name."""

import ipaddress
from datetime import date
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class Section(BaseModel):
    """One table of the file: frozen, and deaf to keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class Server(Section):
    """Where the web process listens."""

    host: str = Field(
        "127.0.0.1", description="Address to listen on; put a TLS proxy in front of any other"
    )
    port: int = Field(8080, ge=0, le=65535, description="TCP port; 0 takes a free one")
    public_url: str = Field(
        "", description="Address customers see, e.g. https://kyc.bank.example; empty: host and port"
    )
    tls_certificate: str = Field(
        "", description="Certificate chain (PEM file) to serve HTTPS with; empty: a proxy does that"
    )
    tls_key: str = Field("", description="Its key (PEM file), readable by its owner alone")
    runtime_dir: Path = Field(
        Path("var/run"), description="Sockets of the worker processes; made private (0700)"
    )
    drain_s: float = Field(
        20.0, ge=0, description="After SIGTERM calls and requests may go on so long, seconds"
    )
    metrics_networks: list[str] = Field(
        default_factory=lambda: ["127.0.0.0/8", "::1/128"],
        description="Networks /metrics answers to; never what a proxy passed on",
    )
    proxy_networks: list[str] = Field(
        default_factory=list,
        description="Networks of your own proxies: their X-Forwarded-For is believed; empty: none",
    )
    body_max_bytes: int = Field(65536, ge=1024, description="Largest JSON body, bytes")
    unheard_s: float = Field(
        20.0,
        ge=1,
        le=600,
        description="An open page nothing is heard of for so long is closed, seconds",
    )

    @property
    def address(self) -> str:
        """What messages lead to, where no request says how this server is reached."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        scheme = "https" if self.tls_certificate else "http"
        return self.public_url.rstrip("/") or f"{scheme}://{host}:{self.port}"

    @model_validator(mode="after")
    def tls_is_whole(self) -> Self:
        """A certificate is nothing without its key."""
        if bool(self.tls_certificate) != bool(self.tls_key):
            raise ValueError("tls_certificate, tls_key: one is nothing without the other")
        return self

    @field_validator("metrics_networks", "proxy_networks")
    @classmethod
    def networks_are_known(cls, networks: list[str]) -> list[str]:
        """Refuse what is no network now, not at the first look."""
        for network in networks:
            ipaddress.ip_network(network)
        return networks


class Bank(Section):
    """What customers call the house."""

    name_vi: str = Field("Ngân hàng Sen", description="Name in Vietnamese")
    name_en: str = Field("Sen Bank", description="Name in English")
    hotline: str = Field("1900 0000", description="Telephone number shown for help")
    hotline_hours: str = Field("08:00–20:00", description="When the hotline answers")
    zone: str = Field("Asia/Ho_Chi_Minh", description="Time zone shown to staff and customers")

    @field_validator("zone")
    @classmethod
    def zone_is_known(cls, zone: str) -> str:
        """Refuse a zone nobody knows now, not at the first customer."""
        try:
            ZoneInfo(zone)  # also reads the zone's file before the event loop runs
        except ZoneInfoNotFoundError:
            raise ValueError("no such time zone") from None
        return zone


class Database(Section):
    """Where facts are kept."""

    url: str = Field(
        "sqlite+aiosqlite:///var/ekyc.sqlite3",
        description="SQLAlchemy URL: sqlite+aiosqlite:/// or postgresql+asyncpg://",
    )
    readers: int = Field(4, ge=1, le=64, description="Connections that only read")
    busy_timeout_s: float = Field(
        10.0, gt=0, description="Longest wait for the database's lock, seconds"
    )
    statement_s: float = Field(
        60.0,
        gt=0,
        description="PostgreSQL: longest statement, and longest rest in a transaction, seconds",
    )


class Objects(Section):
    """Where photographs and recordings are kept."""

    folder: Path = Field(Path("recordings/objects"), description="Folder of finished files")
    spool: Path = Field(
        Path("recordings/spool"), description="Folder of recordings still being written"
    )
    warn_free_mb: int = Field(
        10_000, ge=0, description="Less room for recordings than this is said in the log, MB"
    )
    min_free_mb: int = Field(
        2_000, ge=0, description="With less room for recordings no new call begins, MB"
    )
    forgotten_s: float = Field(
        60.0,
        ge=0,
        description="A photograph a crash left without its row is removed after, seconds",
    )


class Applications(Section):
    """One request to verify one customer."""

    link_hours: int = Field(72, ge=1, description="Life of a customer's link, hours")
    session_hours: int = Field(12, ge=1, description="Life of a customer's session, hours")
    language: Literal["vi", "en"] = Field(
        "vi", description="Language when the CRM names none: vi or en"
    )
    region: str = Field(
        "VN", description="Region of telephone numbers written without a country code"
    )
    speech_changes_per_hour: int = Field(
        20, ge=1, description="A customer may change the wish for slow speech so often in an hour"
    )
    remind_hours: float = Field(
        24.0,
        ge=0,
        description="A customer who broke off is reminded once after, hours; 0: never",
    )
    keep_broken_off_days: int = Field(
        30,
        ge=1,
        description="An application that expired or was withdrawn undecided is deleted after, days",
    )


class Codes(Section):
    """One-time codes."""

    life_s: int = Field(
        600,
        ge=60,
        le=600,
        description="Life of a code, seconds; NIST SP 800-63B allows 10 minutes at most",
    )
    again_s: int = Field(30, ge=1, description="Wait before another code can be asked for, seconds")
    tries: int = Field(5, ge=1, le=10, description="Wrong tries before a code is void")
    sends_per_hour: int = Field(5, ge=1, description="Codes sent to one number in an hour at most")
    sends_per_day: int = Field(10, ge=1, description="Codes sent to one number in 24 hours at most")
    block_digits: int = Field(
        4, ge=1, le=8, description="Numbers alike but for so many last digits are one block"
    )
    block_sends_per_day: int = Field(
        30, ge=1, description="Codes sent to one block of numbers in 24 hours at most"
    )
    address_sends_per_hour: int = Field(
        60,
        ge=1,
        description="Codes asked for from one network in an hour at most (staff.network_v4_bits)",
    )
    budget_per_day_vnd: int = Field(
        1_000_000, ge=0, description="What codes may cost in any 24 hours, VND; then none is sent"
    )
    sms_vnd: int = Field(850, ge=0, description="Cost of one SMS, VND")
    voice_vnd: int = Field(1_200, ge=0, description="Cost of one voice call, VND")
    mail_vnd: int = Field(0, ge=0, description="Cost of one mail, VND")
    log_days: int = Field(
        90, ge=2, description="What became of a code's message is kept, days; its text never is"
    )


class Staff(Section):
    """Signing in."""

    session_idle_min: int = Field(30, ge=1, description="A session without a request ends, minutes")
    session_hours: int = Field(12, ge=1, description="A session ends in any case, hours")
    files_max: int = Field(
        100, ge=1, le=1000, description="Customer files in one part of the list at most"
    )
    failures_per_quarter_hour: int = Field(
        10,
        ge=1,
        description="Wrong sign-ins on one account within 15 minutes, from browsers nobody signed "
        "in with, before such browsers have to wait",
    )
    network_failures_per_quarter_hour: int = Field(
        50,
        ge=1,
        description="The same from one network, on whatever account",
    )
    network_v4_bits: int = Field(
        24, ge=8, le=32, description="IPv4 addresses alike in so many bits count as one network"
    )
    network_v6_bits: int = Field(
        56, ge=16, le=128, description="IPv6 addresses alike in so many bits count as one network"
    )
    device_failures_per_quarter_hour: int = Field(
        10,
        ge=1,
        description="Wrong sign-ins on one account within 15 minutes, from a browser somebody "
        "signed in to it with, before that browser has to wait",
    )
    device_days: int = Field(
        90, ge=1, description="A browser is known so long after its last sign-in, days"
    )


class Documents(Section):
    """Photographs of identity documents."""

    photo_max_bytes: int = Field(12_000_000, ge=100_000, description="Largest photograph, bytes")
    photo_max_pixels: int = Field(
        40_000_000,
        ge=1_000_000,
        description="Largest photograph, pixels; looked at before it is decoded",
    )
    photographs_max: int = Field(
        20, ge=2, description="Photographs of one side a customer may take before a verdict"
    )
    photo_long_side_px: int = Field(
        2400,
        ge=1200,
        le=6000,
        description="Photographs are kept and read at this size at most, pixels of the long side",
    )
    kinds: list[
        Literal["can-cuoc-2024", "cccd-2021", "cccd-2016", "passport", "gplx", "mrz-only"]
    ] = Field(
        ["can-cuoc-2024", "cccd-2021", "cccd-2016", "passport", "gplx", "mrz-only"],
        min_length=1,
        description="Documents customers may photograph, in the order they are offered",
    )
    cmnd_until: date = Field(
        date(2024, 12, 31),
        description="Last day a CMND counts; after it one is recognised and refused",
    )
    card_min_px: int = Field(
        620, ge=400, description="Least width of the card in the photograph, pixels"
    )
    zone_tries: int = Field(
        4, ge=1, le=50, description="Places of a photograph tried as a machine-readable zone"
    )
    ocr_program: str = Field(
        "", description="The tesseract program; empty: the system's, else the one that ships here"
    )
    ocr_timeout_s: float = Field(20.0, gt=0, description="The OCR program is killed after, seconds")


class Jobs(Section):
    """Work that outlives a request."""

    poll_s: float = Field(
        2.0, gt=0, description="The runner looks for due work at least this often, seconds"
    )
    sweep_s: float = Field(
        60.0, gt=0, description="What has lapsed is expired, swept and deleted this often, seconds"
    )
    attempts: int = Field(
        21, ge=1, description="Tries before a job is put aside for a person; 21 last three days"
    )
    backoff_s: float = Field(
        5.0, gt=0, description="Wait after the first failure, doubled each time, seconds"
    )
    backoff_max_s: float = Field(
        36_000.0, gt=0, description="Longest wait between two tries, seconds"
    )
    at_once: int = Field(
        8, ge=1, le=64, description="Rings and pushes of one kind that go out at the same time"
    )
    keep_done_days: int = Field(
        90,
        ge=1,
        description="Work done and waits forecast are kept; what the CRM was told stays, days",
    )
