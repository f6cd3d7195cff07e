"""Commands that keep the staff's accounts: made, listed, disabled, reset."""

import asyncio
import json
import secrets
from typing import Annotated

import typer

from ekyc.domain.errors import EkycError
from ekyc.terminal import Json, fail, opened_store, read_settings

staff_app = typer.Typer(name="staff", no_args_is_help=True, help="Staff accounts.")


@staff_app.command("add")
def add_staff(
    login: str,
    name: Annotated[str, typer.Option(help="Shown to colleagues and customers.")],
    role: Annotated[str, typer.Option(help="agent, supervisor, auditor or admin.")],
    mail: Annotated[str, typer.Option(help="Where news of appointments go.")] = "",
) -> None:
    """Make an account; prints its password and authenticator address this once."""
    import pyotp

    from ekyc.domain.access import STAFF_ROLES, Role
    from ekyc.journey.staff import add
    from ekyc.storage import staff

    if role not in {known.value for known in STAFF_ROLES}:
        raise fail("role-unknown", "role: agent, supervisor, auditor or admin")
    password = secrets.token_urlsafe(12)

    async def work() -> str:
        async with opened_store(read_settings()) as store:
            async with store.read() as tx:
                if await staff.by_login(tx, login) is not None:
                    raise fail("login-taken", f"there is an account {login} already")
            known = {"login": login, "name": name, "mail": mail, "password": password}
            member = await add(store, role=Role(role), **known)
        return member.totp_secret

    uri = pyotp.TOTP(asyncio.run(work())).provisioning_uri(name=login, issuer_name="ekyc")
    typer.echo(f"password: {password}\nauthenticator: {uri}")


@staff_app.command("list")
def list_staff(as_json: Json = False) -> None:
    """Every account: its sign-in name, role, and since when it lets nobody in."""
    from ekyc.journey.staff import every

    async def work() -> list[dict[str, str]]:
        async with opened_store(read_settings()) as store:
            return [
                {
                    "login": member.login,
                    "name": member.name,
                    "role": member.role.value,
                    "speaks": ",".join(member.speaks),
                    "skills": ",".join(member.skills),
                    "disabled_at": member.disabled_at.isoformat() if member.disabled_at else "",
                }
                for member in await every(store)
            ]

    members = asyncio.run(work())
    if as_json:
        typer.echo(json.dumps({"staff": members}, ensure_ascii=False))
        return
    for member in members:
        typer.echo("  ".join(f"{word}: {said}" for word, said in member.items() if said))


@staff_app.command("teach")
def teach_staff(
    login: str,
    speaks: Annotated[str, typer.Option(help="Languages with customers: vi,en.")] = "vi,en",
    skills: Annotated[str, typer.Option(help="Skills as in queue.groups, with commas.")] = "",
) -> None:
    """Say which languages and skills an agent has; what was said before is gone."""
    from ekyc.app import SystemClock
    from ekyc.domain.events import SYSTEM
    from ekyc.domain.routing import is_skill
    from ekyc.journey.staff import teach
    from ekyc.storage import staff

    spoken, able = _words(speaks), _words(skills)
    if not spoken or not set(spoken) <= set(staff.LANGUAGES):
        raise fail("language-unknown", "speaks: vi, en, or both")
    if not all(map(is_skill, able)):
        raise fail("skill-invalid", "skills: letters a to z, digits and -, 24 at most")

    async def work() -> None:
        async with opened_store(read_settings()) as store:
            async with store.read() as tx:
                member = await staff.by_login(tx, login)
            if member is None:
                raise fail("not-found", f"no account {login}")
            known = {"speaks": spoken, "skills": able}
            await teach(store, SystemClock(), by=SYSTEM, staff_id=member.id, **known)

    asyncio.run(work())
    typer.echo(f"{login}: speaks {', '.join(spoken)}; skills {', '.join(able) or 'none'}")


def _words(text: str) -> list[str]:
    return [word for part in text.split(",") if (word := part.strip())]


@staff_app.command("disable")
def disable_staff(login: str) -> None:
    """Let nobody in by this account any more; whoever is signed in is signed out."""
    from ekyc.app import SystemClock
    from ekyc.journey import desk, staff

    async def work() -> None:
        async with opened_store(read_settings()) as store:
            member = await staff.disable(store, SystemClock(), login=login)
            await desk.go_home(store, SystemClock(), staff_id=member.id)

    try:
        asyncio.run(work())
    except EkycError as refused:
        raise fail(refused.code, f"no account {login}, or it is disabled already") from None
    typer.echo(f"disabled: {login}")


@staff_app.command("reset")
def reset_staff(login: str) -> None:
    """Another password and authenticator address, printed this once; opens a disabled account."""
    import pyotp

    from ekyc.app import SystemClock
    from ekyc.journey.staff import reset

    password = secrets.token_urlsafe(12)

    async def work() -> str:
        async with opened_store(read_settings()) as store:
            member = await reset(store, SystemClock(), login=login, password=password)
        return member.totp_secret

    try:
        secret = asyncio.run(work())
    except EkycError as refused:
        raise fail(refused.code, f"no account {login}") from None
    uri = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="ekyc")
    typer.echo(f"password: {password}\nauthenticator: {uri}")
