"""eSMS.vn: SMS under a registered brand name.

After developers.esms.vn: SendMultipleMessage_V4_post_json, GetSendStatus, the table of error codes.
What became of a message is asked: its reports bear no signature.
"""

import unicodedata

import aiohttp

from ekyc.domain.message import Channel, MessageState, Receipt
from ekyc.notify.provider import Letter, Refused, Silent, said
from ekyc.settings import Esms

_SEND = "/MainService.svc/json/SendMultipleMessage_V4_post_json/"
_STATUS = "/MainService.svc/json/GetSendStatus"
_TAKEN = "100"
_TAKEN_BEFORE = "124"  # the same RequestId: a try of ours that seemed to fail
_CUSTOMER_CARE = "2"
_SENT = 5
_UNKNOWN_ERROR = "99"


class EsmsProvider(Silent):
    """One account at eSMS.vn."""

    name = "esms"
    asked = frozenset({Channel.SMS})

    def __init__(self, rules: Esms, http: aiohttp.ClientSession) -> None:
        self._rules, self._http = rules, http

    async def hand(self, letter: Letter) -> Receipt:
        """An SMS; the same id is sent once, however often it is handed over."""
        rules = self._rules
        body = {
            **self._account(),
            "Phone": local(letter.to),
            "Content": letter.text if rules.unicode else plain(letter.text),
            "Brandname": rules.brand,
            "SmsType": _CUSTOMER_CARE,
            "IsUnicode": "1" if rules.unicode else "0",
            "RequestId": letter.id,
        }
        answer = await said(self._http, "POST", rules.url + _SEND, json=body)
        code = str(answer.get("CodeResult", ""))
        if code not in {_TAKEN, _TAKEN_BEFORE}:
            raise Refused(f"esms-{code[:8]}", for_good=code not in {"", _UNKNOWN_ERROR})
        return Receipt(provider=self.name, reference=str(answer.get("SMSID", ""))[:120])

    async def ask(self, reference: str, channel: Channel) -> MessageState | None:
        """Known once the operators have taken it."""
        query = {**self._account(), "RefId": reference}
        answer = await said(self._http, "GET", self._rules.url + _STATUS, params=query)
        if str(answer.get("CodeResponse")) != _TAKEN or answer.get("SendStatus") != _SENT:
            return None
        if answer.get("SendSuccess"):
            return MessageState.DELIVERED
        return MessageState.FAILED if answer.get("SendFailed") else None

    def _account(self) -> dict[str, str]:
        return {
            "ApiKey": self._rules.api_key.get_secret_value(),
            "SecretKey": self._rules.secret_key.get_secret_value(),
        }


def local(phone: str) -> str:
    """E.164 as it is dialled in Vietnam; abroad with the country's code."""
    return f"0{phone[3:]}" if phone.startswith("+84") else phone.removeprefix("+")


def plain(text: str) -> str:
    """Without marks: `Mã xác minh` → `Ma xac minh`."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))
