"""A caller who wants something changed: identified, then asked for a proof, in one call.

The customer's own page is the second way: it shows what is to be changed and, to one session that
asks for it, a code. Told to the agent and typed in at the desk, it authorises this change and no
other.
"""

from datetime import datetime

from ekyc.domain import authorisation as rules
from ekyc.domain import call as talk
from ekyc.domain.application import Application, Stage
from ekyc.domain.authorisation import (
    Authorisation,
    AuthorisationState,
    Identification,
    Identifier,
    Limits,
)
from ekyc.domain.call import Call
from ekyc.domain.code import Limits as CodeLimits
from ekyc.domain.code import Purpose
from ekyc.domain.errors import CodeVoid, NotAllowedNow, NotFound
from ekyc.domain.events import CUSTOMER, Actor
from ekyc.journey.ending import fact, lapse_authorisation
from ekyc.journey.one_time import issue_on_page, tried
from ekyc.journey.ports import Clock
from ekyc.settings import Call as Settings
from ekyc.settings import Codes
from ekyc.storage import applications, authorisations, calls, codes, documents, queue, tokens
from ekyc.storage.store import Store, Tx, new_id

_ENDS = {
    AuthorisationState.CONFIRMED: "authorisation.confirmed",
    AuthorisationState.REFUSED: "authorisation.refused",
    AuthorisationState.DECLINED: "authorisation.declined",
}


def limits(settings: Settings, codes: Codes) -> Limits:
    """The settings in force."""
    return Limits(
        identification_tries=settings.identification_tries,
        authorisations=settings.authorisations_max,
        life_s=codes.life_s,
    )


async def expected(tx: Tx, application: Application) -> dict[Identifier, str]:
    """What the file knows of each thing a caller may name; what it does not know is left out."""
    form = await documents.compare(tx, application.id)
    number = form.fields.get("number")
    known = {
        Identifier.SERVICE: (await queue.wants(tx, application.id)).product,
        Identifier.NUMBER: number.value if number else "",
        Identifier.REFERENCE: application.reference,
    }
    return {by: text for by, text in known.items() if text}


async def identify(
    store: Store,
    clock: Clock,
    limits: Limits,
    *,
    staff_id: str,
    application_id: str,
    by: Identifier,
    said: str,
    right: bool,
) -> Identification:
    """The caller of this agent's call said what it is about.

    A number is compared here, as it was `said`; whether the service was named is the agent's
    judgement (`right`). A wrong answer is a result. Raises `NotFound` when this agent is not in a
    call with the customer, `NotAllowedNow` while somebody is gone, for what the file does not know
    and once the caller is known, `IdentificationsUsedUp`.
    """
    now = clock.now()
    async with store.begin() as tx:
        call = await _own(tx, staff_id, application_id)
        known = await expected(tx, await applications.load(tx, application_id))
        if by not in known:
            raise NotAllowedNow
        rules.require_unknown(await authorisations.answers(tx, call.id), limits)
        answer = Identification(
            id=new_id(),
            application_id=application_id,
            call_id=call.id,
            by=by,
            passed=right if by is Identifier.SERVICE else rules.is_named(known[by], said),
            judged_by=staff_id,
            at=now,
        )
        await authorisations.answered(tx, answer)
        name = "identification.passed" if answer.passed else "identification.failed"
        data = {"identification": answer.id, "by": by.value}
        await tx.tell(fact(name, call, now, Actor(kind="staff", id=staff_id), **data))
        _wake(tx, call)
    return answer


async def ask(
    store: Store,
    clock: Clock,
    secret: bytes,
    limits: Limits,
    of_code: CodeLimits,
    *,
    staff_id: str,
    application_id: str,
    change: str,
) -> Authorisation:
    """The customer's page asks whether this is to be changed; what was asked before has lapsed.

    Raises `NotFound`, `NotAllowedNow`, `IdentificationMissing`, `ChangeMissing`,
    `AuthorisationsUsedUp`.
    """
    now = clock.now()
    async with store.begin() as tx:
        call = await _own(tx, staff_id, application_id)
        asked = rules.ask(
            id=new_id(),
            call_id=call.id,
            application_id=application_id,
            change=change,
            answers=await authorisations.answers(tx, call.id),
            asked=len(await authorisations.of_call(tx, call.id)),
            by=staff_id,
            limits=limits,
            now=now,
        )
        await lapse_authorisation(tx, call, now=now)
        await authorisations.add(tx, asked)
        await issue_on_page(
            *(tx, secret, of_code),
            id=asked.id,
            application_id=application_id,
            purpose=Purpose.AUTHORISE,
            digits=rules.digits(secret, asked.id),
            bound_to=call.id,
            now=now,
        )
        await _tell(tx, "authorisation.asked", call, asked, Actor(kind="staff", id=staff_id), now)
    return asked


async def show(store: Store, clock: Clock, *, application_id: str, session: str) -> None:
    """The customer wants this: the session with this token is shown the code, and no other.

    Raises `NotAllowedNow` where nothing is asked or another session is shown it, `CodeExpired`.
    """
    now, digest = clock.now(), tokens.digest(session)
    async with store.begin() as tx:
        call, asked = await _open(tx, application_id)
        shown = rules.show(asked, digest, now=now)
        if shown is not asked:
            await authorisations.save(tx, shown, before=asked.state)
            await _tell(tx, "authorisation.shown", call, asked, CUSTOMER, now)


async def decline(store: Store, clock: Clock, *, application_id: str) -> None:
    """The customer does not want this; `NotAllowedNow` where nothing is asked."""
    now = clock.now()
    async with store.begin() as tx:
        call, asked = await _open(tx, application_id)
        await _end(tx, call, asked, AuthorisationState.DECLINED, CUSTOMER, now)


async def confirm(
    store: Store,
    clock: Clock,
    *,
    staff_id: str,
    application_id: str,
    authorisation_id: str,
    secret: bytes,
    digits: str,
) -> None:
    """The agent types what the caller reads aloud; a wrong try is counted before it is refused.

    Raises `NotFound`, `NotAllowedNow` before the customer's page shows the code and once it is
    settled, `CodeWrong`, `CodeExpired`, `CodeVoid`.
    """
    now, agent = clock.now(), Actor(kind="staff", id=staff_id)
    async with store.begin() as tx:
        call = await _own(tx, staff_id, application_id)
        asked = await authorisations.find(tx, authorisation_id)
        if asked is None or asked.call_id != call.id:
            raise NotFound
        if asked.state is not AuthorisationState.SHOWN:
            raise NotAllowedNow
        found = await codes.live(tx, application_id, Purpose.AUTHORISE)
        refused = await tried(
            *(tx, found, digits), bound_to=call.id, secret=secret, actor=agent, now=now
        )
        if refused is None:
            await _end(tx, call, asked, AuthorisationState.CONFIRMED, agent, now)
        elif isinstance(refused, CodeVoid):
            await _end(tx, call, asked, AuthorisationState.REFUSED, agent, now)
        _wake(tx, call)
    if refused is not None:  # outside the transaction: the counted try must stand
        raise refused


async def spend(
    tx: Tx, application: Application, actor: Actor, *, named: str, registration_id: str
) -> dict[str, str]:
    """The named authorisation covers this registration and no other; what a fact tells of it.

    From a call's begin to its verdict staff need one of the last call that was live, over or not:
    `AuthorisationMissing`. The bank's own system asks nobody here.
    """
    if actor.kind != "staff" or application.stage is not Stage.IN_CALL:
        return {}
    live = [one for one in await calls.of_application(tx, application.id) if one.live_at]
    asked = await authorisations.of_call(tx, live[-1].id) if live else []
    rules.require_unspent(asked, named)
    await authorisations.spend(tx, named, registration_id)
    return {"authorisation": named}


async def _own(tx: Tx, staff_id: str, application_id: str) -> Call:
    """This agent's call with the customer, in which both are there."""
    call = await calls.of_agent(tx, staff_id)
    if call is None or call.application_id != application_id:
        raise NotFound
    if not talk.is_complete(call):
        raise NotAllowedNow
    return call


async def _open(tx: Tx, application_id: str) -> tuple[Call, Authorisation]:
    """What the customer is asked in the call that goes on."""
    call = await calls.of_customer(tx, application_id)
    asked = None if call is None else await authorisations.open_one(tx, call.id)
    if call is None or asked is None:
        raise NotAllowedNow
    return call, asked


async def _end(
    tx: Tx,
    call: Call,
    asked: Authorisation,
    to: AuthorisationState,
    actor: Actor,
    now: datetime,
) -> None:
    ended = rules.move(asked, to, now=now)
    await authorisations.save(tx, ended, before=asked.state)
    await codes.replace_live(tx, call.application_id, Purpose.AUTHORISE)
    await _tell(tx, _ENDS[to], call, asked, actor, now)


async def _tell(
    tx: Tx, name: str, call: Call, asked: Authorisation, actor: Actor, now: datetime
) -> None:
    await tx.tell(fact(name, call, now, actor, authorisation=asked.id))
    _wake(tx, call)


def _wake(tx: Tx, call: Call) -> None:
    tx.wake(f"desk:{call.agent_id}")
    tx.wake(f"application:{call.application_id}")
