"""The demo's bank: invented staff, an API key, and messages that land on a page."""

import asyncio
import base64
import json
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pyotp

from ekyc.domain.access import SERVING, Role, Scope
from ekyc.domain.api_key import ApiKey
from ekyc.domain.message import Channel, MessageState, Receipt
from ekyc.domain.roster import DAY_MIN, Span
from ekyc.journey import roster, staff
from ekyc.journey.ports import Clock, Trying
from ekyc.storage import crm, inbox, rosters, secret, tokens
from ekyc.storage import staff as accounts
from ekyc.storage.staff import Member
from ekyc.storage.store import Store, new_id

STAFF = (
    ("minhanh", "Minh Anh", Role.AGENT),
    ("quocbao", "Quốc Bảo", Role.AGENT),
    ("thuha", "Thu Hà", Role.SUPERVISOR),
    ("huyle", "Lê Quang Huy", Role.AUDITOR),
    ("admin", "Quản trị", Role.ADMIN),
)


OPEN = ["00:00-24:00"] * 7
"""The demo's bank never closes: whoever tries it finds a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What the demo makes up once and keeps readable by its owner alone."""

    password: str
    api_key: str
    webhook_secret: str

    @classmethod
    def keep(cls, path: Path) -> "Secrets":
        """Read them, or make them at the first start."""
        if not path.exists():
            secret.keep(path, json.dumps(asdict(cls._made_up()), indent=2))
        return cls(**json.loads(path.read_text()))

    def renewed(self, path: Path) -> "Secrets":
        """The same with another password, kept in the place of the old one."""
        new = replace(self, password=_password())
        path.unlink(missing_ok=True)
        secret.keep(path, json.dumps(asdict(new), indent=2))
        return new

    @classmethod
    def _made_up(cls) -> "Secrets":
        key = secrets.token_bytes(24)
        return cls(
            password=_password(),
            api_key=f"ekyc_test_{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}",
            webhook_secret="whsec_" + base64.b64encode(key).decode(),
        )


def _password() -> str:
    return f"sen-{secrets.token_hex(4)}"


async def furnish(store: Store, clock: Clock, kept: Secrets, *, is_renewed: bool = False) -> None:
    """Make the accounts and the API key, once; a renewed password is the accounts' from now on."""
    async with store.read() as tx:
        there = await accounts.by_login(tx, STAFF[0][0])
    if there is not None:
        for login, _, _ in STAFF if is_renewed else ():
            await staff.change_password(store, login=login, password=kept.password)
        return
    made = [
        await staff.made(
            login=login, name=name, role=role, password=kept.password, mail=f"{login}@sen.example"
        )
        for login, name, role in STAFF
    ]
    key = ApiKey(id=new_id(), name="demo", scopes=frozenset(Scope), made_at=clock.now())
    async with store.begin() as tx:  # all of it or nothing: a start may be broken off
        for member in made:
            await accounts.add(tx, member)
        await crm.add_api_key(tx, key, digest=tokens.digest(kept.api_key))


async def man(store: Store, clock: Clock) -> None:
    """Put everybody with a desk on shift round the clock, unless somebody planned otherwise."""
    async with store.read() as tx:
        planned = await rosters.shifts(tx)
        members = await accounts.by_roles(tx, *SERVING)
    if planned:
        return
    for member in members:
        span = Span(start_min=0, end_min=DAY_MIN)
        await roster.set_shifts(
            store, clock, by=member.id, staff_id=member.id, weekdays=range(7), spans=[span]
        )


class InboxSender:
    """Messages go to the demo's inbox page and to the terminal."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._store: Store | None = None

    def open(self, store: Store) -> None:
        """The inbox lies in this database."""
        self._store = store

    def reaches(self, channel: Channel) -> bool:
        """Everybody, by every channel."""
        return True

    async def send(
        self,
        *,
        to: str,
        text: str,
        channel: Channel = Channel.SMS,
        language: str = "vi",
        id: str = "",
        subject: str = "",
        trying: Trying | None = None,
    ) -> Receipt:
        """Keep and print one message; a voice call as what it says."""
        if trying is not None:
            await trying("inbox")
        await self.put(channel.value, to, f"{subject}\n{text}" if subject else text)
        return Receipt(provider="inbox", state=MessageState.DELIVERED)

    async def mail(
        self,
        *,
        to: str,
        subject: str,
        text: str,
        id: str,
        invitation: tuple[str, bytes] | None = None,
    ) -> None:
        """Keep and print one mail."""
        await self.put("mail", to, f"{subject}\n{text}")

    async def put(self, channel: str, to: str, text: str) -> None:
        """Keep and print a message of any channel."""
        assert self._store is not None  # opened before the server listens
        async with self._store.begin() as tx:
            await inbox.add(tx, channel=channel, to=to, text=text, now=self._clock.now())
        said = " ".join(text.splitlines())  # one line: whoever reads the terminal tells them apart
        await asyncio.to_thread(print, f"[inbox] {channel} → {to}: {said}\n", end="", flush=True)

    async def sign_in_code(self, member: Member) -> None:
        """What an authenticator app would show this person next: each code counts once."""
        step = max(int(self._clock.now().timestamp()) // staff.TOTP_STEP_S, member.totp_used + 1)
        code = pyotp.TOTP(member.totp_secret).generate_otp(step)
        await self.put("totp", member.login, f"Mã đăng nhập · Sign-in code: {code}")
