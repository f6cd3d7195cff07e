"""What is refused about a customer's mailbox."""

from ekyc.domain.refusal import EkycError


class MailboxInvalid(EkycError):
    """This is not a mail address that can be written to."""

    code = "mailbox-invalid"


class MailboxUnproven(EkycError):
    """Please say where this mail address stands, or who gave it, and of which day that is."""

    code = "mailbox-unproven"


class MailboxMissing(EkycError):
    """No mailbox of this customer is known that anybody but the customer vouches for."""

    code = "mailbox-missing"
