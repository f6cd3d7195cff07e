"""Roles × actions: the only policy table."""

from enum import StrEnum

from ekyc.domain.errors import NotAllowed


class Role(StrEnum):
    """Who somebody is to the server."""

    PUBLIC = "public"
    CUSTOMER = "customer"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMIN = "admin"
    CRM = "crm"


STAFF_ROLES = frozenset({Role.AGENT, Role.SUPERVISOR, Role.AUDITOR, Role.ADMIN})


class Action(StrEnum):
    """What a route lets somebody do."""

    LOOK = "look"  # nothing personal: pages, health, the API's description
    RECEIVE = "receive"  # messages that carry their own signature
    APPLY = "apply"  # the customer's own application
    BE_STAFF = "be_staff"  # one's own account
    SERVE = "serve"  # a desk: ring, call, movements
    READ_FILES = "read_files"
    DECIDE = "decide"
    REGISTER = "register"  # the number a customer is called at
    CLEAR = "clear"  # signals of another's call
    SUPERVISE = "supervise"  # the wall; other people's calls: listen, whisper, join, take over
    EXPORT = "export"  # a film of both parties, to be taken out of the house
    READ_ROSTER = "read_roster"  # agents see their own shifts
    PLAN = "plan"  # shifts and days off
    INTEGRATE = "integrate"  # the CRM's API: applications and what was told of them
    FETCH_RESULTS = "fetch_results"
    FETCH_MEDIA = "fetch_media"
    GIVE_EVIDENCE = "give_evidence"


POLICY: dict[Action, frozenset[Role]] = {
    Action.LOOK: frozenset(Role),
    Action.RECEIVE: frozenset(Role),
    Action.APPLY: frozenset({Role.CUSTOMER}),
    Action.BE_STAFF: STAFF_ROLES,
    Action.SERVE: frozenset({Role.AGENT, Role.SUPERVISOR}),
    Action.READ_FILES: frozenset({Role.AGENT, Role.SUPERVISOR, Role.AUDITOR}),
    Action.DECIDE: frozenset({Role.AGENT, Role.SUPERVISOR}),
    Action.REGISTER: frozenset({Role.SUPERVISOR}),
    Action.CLEAR: frozenset({Role.SUPERVISOR}),
    Action.SUPERVISE: frozenset({Role.SUPERVISOR}),
    Action.EXPORT: frozenset({Role.SUPERVISOR, Role.AUDITOR}),
    Action.READ_ROSTER: frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMIN}),
    Action.PLAN: frozenset({Role.SUPERVISOR, Role.ADMIN}),
    Action.INTEGRATE: frozenset({Role.CRM}),
    Action.FETCH_RESULTS: frozenset({Role.CRM}),
    Action.FETCH_MEDIA: frozenset({Role.CRM}),
    Action.GIVE_EVIDENCE: frozenset({Role.CRM}),
}


class Scope(StrEnum):
    """How much of what the CRM may do one of its keys may."""

    APPLICATIONS = "applications"  # open, list, look up, cancel; deliveries of webhooks
    RESULTS = "results"  # the person's details as verified
    MEDIA = "media"  # photographs and recordings
    EVIDENCE = "evidence"  # gives chip data and portraits from the bank's own app


DEFAULT_SCOPES = frozenset({Scope.APPLICATIONS, Scope.RESULTS})
"""Pictures of a person are asked for by name."""

SCOPE_OF: dict[Action, Scope] = {
    Action.INTEGRATE: Scope.APPLICATIONS,
    Action.FETCH_RESULTS: Scope.RESULTS,
    Action.FETCH_MEDIA: Scope.MEDIA,
    Action.GIVE_EVIDENCE: Scope.EVIDENCE,
}


def may(role: Role, action: Action) -> bool:
    """Whether the table says so."""
    return role in POLICY[action]


def require(role: Role, action: Action) -> None:
    """`NotAllowed` unless the table says so."""
    if not may(role, action):
        raise NotAllowed


SERVING = tuple(role for role in Role if may(role, Action.SERVE))
"""Who can stand on a roster: whoever has a desk."""
