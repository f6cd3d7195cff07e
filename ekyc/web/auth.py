"""Who is asking: cookies, API keys, and the one way to ask "may I?"."""

from aiohttp import web

from ekyc.domain.access import SCOPE_OF, STAFF_ROLES, Action, Role, may, require
from ekyc.domain.errors import NotAllowed, SignInNeeded
from ekyc.journey import api_keys, apply, staff
from ekyc.web.address import asker, prefix
from ekyc.web.keys import CLOCK, ROLE, SETTINGS, STORE, SUBJECT

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def cookie_name(request: web.Request, who: str) -> str:
    """`__Host-` binds a cookie to this host; browsers allow it over https only."""
    return f"__Host-ekyc_{who}" if is_https(request) else f"ekyc_{who}"


def is_https(request: web.Request) -> bool:
    """Whether the browser reached us by TLS, at a proxy or here."""
    return request.secure or request.app[SETTINGS].server.public_url.startswith("https://")


def set_cookie(
    request: web.Request,
    response: web.StreamResponse,
    who: str,
    token: str,
    *,
    days: int | None = None,
) -> None:
    """An opaque cookie no script can read; it ends with the browser unless `days` are given."""
    response.set_cookie(
        cookie_name(request, who),
        token,
        max_age=None if days is None else days * 86_400,
        path="/",
        httponly=True,
        secure=is_https(request),
        # Lax for customers: they arrive from a message; Strict for staff.
        samesite="Lax" if who == "customer" else "Strict",
    )


def customer_token(request: web.Request) -> str:
    """The customer's session as the browser sent it; empty when there is none."""
    return request.cookies.get(cookie_name(request, "customer"), "")


async def admit(request: web.Request, action: Action) -> None:
    """Find out who asks and whether the policy lets them; sets ROLE and SUBJECT.

    Raises `SignInNeeded` when nobody fitting is signed in, `NotAllowed` when the policy says no.
    """
    if may(Role.PUBLIC, action):
        request[ROLE], request[SUBJECT] = Role.PUBLIC, ""
        if action is not Action.RECEIVE:
            _refuse_forged(request)
        return
    if action in SCOPE_OF:
        await _admit_crm(request, action)
    elif action is Action.APPLY:
        await _admit_customer(request)
    else:
        await _admit_staff(request)
    require(request[ROLE], action)


async def _admit_crm(request: web.Request, action: Action) -> None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise SignInNeeded
    address = asker(request, request.app[SETTINGS].server.proxy_networks)
    key_id = await api_keys.admit(
        request.app[STORE], request.app[CLOCK], token=key, action=action, address=address
    )
    request[ROLE], request[SUBJECT] = Role.CRM, key_id


async def _admit_customer(request: web.Request) -> None:
    _refuse_forged(request)
    token = customer_token(request)
    if not token:
        raise SignInNeeded
    subject = await apply.session(request.app[STORE], request.app[CLOCK], token=token)
    request[ROLE], request[SUBJECT] = Role.CUSTOMER, subject


async def _admit_staff(request: web.Request) -> None:
    _refuse_forged(request)
    token = request.cookies.get(cookie_name(request, "staff"))
    if not token:
        raise SignInNeeded
    member = await staff.session(
        request.app[STORE], request.app[CLOCK], request.app[SETTINGS].staff, token=token
    )
    assert member.role in STAFF_ROLES  # the table's check constraint allows no other
    request[ROLE], request[SUBJECT] = member.role, member.id


def _refuse_forged(request: web.Request) -> None:
    """Another site may make the browser send our cookies, but not our header."""
    if request.method in _SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if site not in {"same-origin", "none"} or request.headers.get("X-Ekyc") != "1":
        raise NotAllowed


def wanted_language(request: web.Request) -> str:
    """What the page, or the browser, asks to be answered in: vi unless it is en."""
    wanted = request.headers.get("Accept-Language", "").lower()
    return "en" if wanted.startswith("en") else "vi"


def of_network(request: web.Request) -> str:
    """The network a request comes from, as far as it counts."""
    settings = request.app[SETTINGS]
    bits = {"v4_bits": settings.staff.network_v4_bits, "v6_bits": settings.staff.network_v6_bits}
    return prefix(asker(request, settings.server.proxy_networks), **bits)
