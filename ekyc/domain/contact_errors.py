"""Refusals about changes a caller asks for, and about the entry after a call."""

from ekyc.domain.refusal import EkycError


class IdentificationMissing(EkycError):
    """Please find out first who is calling: by the service, or by a number of the file."""

    code = "identification-missing"


class IdentificationsUsedUp(EkycError):
    """Too many wrong answers: in this call nobody can be identified any more."""

    code = "identifications-used-up"


class AuthorisationMissing(EkycError):
    """Nothing is changed without the customer's authorisation, given in this call."""

    code = "authorisation-missing"


class AuthorisationsUsedUp(EkycError):
    """So many authorisations were asked for in this call that no other can be."""

    code = "authorisations-used-up"


class ContactMissing(EkycError):
    """Please write the entry of the last call first: what was changed, or that nothing was."""

    code = "contact-missing"


class ChangeMissing(EkycError):
    """Please say what is changed."""

    code = "change-missing"
