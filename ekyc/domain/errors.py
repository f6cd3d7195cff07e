"""Every refusal: one tree, each leaf a sentence and a stable code.

The docstring is the English sentence a person reads, `code` is the contract with the CRM and the
pages; `static/i18n/*/errors.json` holds the sentence in every language under the code.
"""

from collections.abc import Mapping
from typing import Self

from ekyc.domain.booking_errors import BookedElsewhere as BookedElsewhere
from ekyc.domain.booking_errors import BookingsUsedUp as BookingsUsedUp
from ekyc.domain.booking_errors import ChangeTooLate as ChangeTooLate
from ekyc.domain.booking_errors import HoldExpired as HoldExpired
from ekyc.domain.booking_errors import MovesUsedUp as MovesUsedUp
from ekyc.domain.booking_errors import PushRefused as PushRefused
from ekyc.domain.booking_errors import RosterConflicts as RosterConflicts
from ekyc.domain.booking_errors import ShiftInvalid as ShiftInvalid
from ekyc.domain.booking_errors import SlotTaken as SlotTaken
from ekyc.domain.booking_errors import TooManyHolds as TooManyHolds
from ekyc.domain.contact_errors import AuthorisationMissing as AuthorisationMissing
from ekyc.domain.contact_errors import AuthorisationsUsedUp as AuthorisationsUsedUp
from ekyc.domain.contact_errors import ChangeMissing as ChangeMissing
from ekyc.domain.contact_errors import ContactMissing as ContactMissing
from ekyc.domain.contact_errors import IdentificationMissing as IdentificationMissing
from ekyc.domain.contact_errors import IdentificationsUsedUp as IdentificationsUsedUp
from ekyc.domain.mailbox_errors import MailboxInvalid as MailboxInvalid
from ekyc.domain.mailbox_errors import MailboxMissing as MailboxMissing
from ekyc.domain.mailbox_errors import MailboxUnproven as MailboxUnproven
from ekyc.domain.refusal import EkycError as EkycError
from ekyc.domain.refusal import leaves as leaves


class NotFound(EkycError):
    """There is nothing here, or no longer."""

    code = "not-found"


class NotAllowed(EkycError):
    """This account may not do that."""

    code = "not-allowed"


class NotAllowedNow(EkycError):
    """This step is not open at the moment; the page will show where you are."""

    code = "not-allowed-now"


class SignInNeeded(EkycError):
    """Please sign in again."""

    code = "sign-in-needed"


class SignInRefused(EkycError):
    """The name, the password or the code is not right."""

    code = "sign-in-refused"


class SignInRests(EkycError):
    """Too many wrong tries; please wait 15 minutes, or use a browser you signed in with."""

    code = "sign-in-rests"


class LinkInvalid(EkycError):
    """This link is not valid; please ask the bank for a new one."""

    code = "link-invalid"


class LinkExpired(EkycError):
    """This link has expired; please ask the bank for a new one."""

    code = "link-expired"


class HandoverUsed(EkycError):
    """This code was used already; if that was not you, take the journey back on your computer."""

    code = "handover-used"


class HandoverExpired(EkycError):
    """This code has run out or was replaced; please make a new one on your computer."""

    code = "handover-expired"


class HandoverBudget(EkycError):
    """Too many codes were made; wait an hour, or open the bank's link on your telephone."""

    code = "handover-budget"


class HandoverOver(EkycError):
    """This telephone has done its part; please go on with your computer."""

    code = "handover-over"


class ConsentsMissing(EkycError):
    """Please agree to each of the points; without them the call is not possible."""

    code = "consents-missing"


class CodeWrong(EkycError):
    """That code is not right; {tries_left} tries are left."""

    code = "code-wrong"


class CodeExpired(EkycError):
    """That code has run out; please have a new one sent."""

    code = "code-expired"


class CodeVoid(EkycError):
    """Too many wrong tries; please have a new code sent."""

    code = "code-void"


class CodeTooSoon(EkycError):
    """A code is already on its way; a new one can be sent in {seconds} seconds."""

    code = "code-too-soon"


class CodeBudget(EkycError):
    """Too many codes were sent to this number; please try again in an hour."""

    code = "code-budget"


class CodeDayBudget(EkycError):
    """Too many codes were sent to this number today; please try tomorrow, or call the bank."""

    code = "code-day-budget"


class CodesPaused(EkycError):
    """No codes can be sent at the moment; please try again later, or call the bank."""

    code = "codes-paused"


class SendFailed(EkycError):
    """The message could not be sent; please ask for it again in a moment."""

    code = "send-failed"


class FieldsInvalid(EkycError):
    """Some details need another look."""

    code = "fields-invalid"

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__()
        self.faults = faults


class KindRefused(EkycError):
    """The bank does not take this kind of document; please choose another."""

    code = "kind-refused"


class UploadsOff(EkycError):
    """The bank takes photographs from the camera only; please photograph the document here."""

    code = "uploads-off"


class ImageUnreadable(EkycError):
    """This file is not a photograph we can open; please take the picture again."""

    code = "image-unreadable"


class ImageTooLarge(EkycError):
    """This photograph is too large; the limits are {limit_mb} MB and {limit_mp} megapixels."""

    code = "image-too-large"

    @classmethod
    def over(cls, *, max_bytes: int, max_pixels: int) -> Self:
        """The refusal of a photograph beyond one of these limits."""
        return cls(limit_mb=max_bytes // 1_000_000, limit_mp=max_pixels // 1_000_000)


class ChipUnreadable(EkycError):
    """These are not the files of a chip: DG1, DG2 and the signed object (SOD), whole, in base64."""

    code = "chip-unreadable"


class Busy(EkycError):
    """Many people are here right now; please try again in a moment."""

    code = "busy"


class CallsPaused(EkycError):
    """New calls cannot be taken at the moment; please try again in a few minutes."""

    code = "calls-paused"


class QueueFull(EkycError):
    """Very many people are waiting just now; please book a time, or call again a little later."""

    code = "queue-full"


class CannotBeTold(EkycError):
    """We cannot tell you when it is your turn; please keep the page open, or book a time."""

    code = "cannot-be-told"


class QueueClosed(EkycError):
    """Video calls are closed now and open again on {day} at {time}; please book a time instead."""

    code = "queue-closed"


class StorageFull(EkycError):
    """The server has no room left, so nothing was kept; please try again in a few minutes."""

    code = "storage-full"


class ApproveMissing(EkycError):
    """Something is still missing before the file can be approved."""

    code = "approve-missing"


class ReasonMissing(EkycError):
    """Please choose at least one reason."""

    code = "reason-missing"


class NoteMissing(EkycError):
    """Please write down what you saw."""

    code = "note-missing"


class DevicesNotReady(EkycError):
    """Please test the camera and the microphone first."""

    code = "devices-not-ready"


class DecisionMissing(EkycError):
    """Please decide the last application first; then the desk is free again."""

    code = "decision-missing"


class WrapUpShort(EkycError):
    """The next call can come in {seconds} seconds; take a breath."""

    code = "wrap-up-short"


class PassInvalid(EkycError):
    """This connection pass is used or has run out; please reload the page."""

    code = "pass-invalid"


class OfferRefused(EkycError):
    """The browser's media offer could not be used; please reload the page."""

    code = "offer-refused"


class NoCommonCodec(EkycError):
    """This browser cannot send the video or sound format the call needs; please use another one."""

    code = "no-common-codec"


class BodyInvalid(EkycError):
    """The request is not in the form this address expects."""

    code = "body-invalid"

    def __init__(self, *places: str) -> None:
        super().__init__()
        self.faults = dict.fromkeys(places, "value-invalid")


class IdempotencyConflict(EkycError):
    """This Idempotency-Key was used before with another request."""

    code = "idempotency-conflict"


class KeyExpired(EkycError):
    """This API key has expired or was revoked."""

    code = "key-expired"


class AddressRefused(EkycError):
    """This API key may not be used from this address."""

    code = "address-refused"


class ScopeMissing(EkycError):
    """This API key does not have the scope {scope}."""

    code = "scope-missing"


class NotDecided(EkycError):
    """There is no verdict on this application yet."""

    code = "not-decided"


class PhoneInvalid(EkycError):
    """This is not a telephone number that can be reached."""

    code = "phone-invalid"


class PhoneUnverified(EkycError):
    """Nobody but the customer vouches for this number, so it is not called; the page says how to
    register one."""

    code = "phone-unverified"


class PhoneUnproven(EkycError):
    """Please say where this number stands, or who gave it, and of which day that is."""

    code = "phone-unproven"


class TooManyRequests(EkycError):
    """That was too fast; please wait a moment."""

    code = "too-many-requests"


class TooManyPhotographs(EkycError):
    """This side was photographed too often; choose another document or call the bank."""

    code = "too-many-photographs"


class TooManyQuestions(EkycError):
    """Questions were drawn too often in this call; ask in another call if it is still needed."""

    code = "too-many-questions"


class TooManyStills(EkycError):
    """Too many photographs were asked for in this call; ask in another call if one is missing."""

    code = "too-many-stills"


class SenderMissing(EkycError):
    """Messages cannot be sent at the moment; please call the bank."""

    code = "sender-missing"


class ExportNotReady(EkycError):
    """The recordings of this call are not finished yet; please try again in a moment."""

    code = "export-not-ready"


class ExportsBusy(EkycError):
    """Many films are being made at the moment; please try again later."""

    code = "exports-busy"
