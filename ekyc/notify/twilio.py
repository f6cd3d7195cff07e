"""Twilio: SMS and voice calls, reported back under Twilio's signature.

After Twilio's REST API 2010-04-01 (Messages, Calls, TwiML's `Say`) and its "Security" page for
`X-Twilio-Signature`; statuses and fields were written from memory of those pages.
"""

import base64
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape, quoteattr

import aiohttp
from yarl import URL

from ekyc.domain.message import Channel, MessageState, Receipt
from ekyc.notify.provider import Letter, NotSigned, Refused, Reported, said
from ekyc.settings import Twilio

_BECAME = {
    "delivered": MessageState.DELIVERED,
    "read": MessageState.DELIVERED,
    "completed": MessageState.DELIVERED,
    "undelivered": MessageState.FAILED,
    "failed": MessageState.FAILED,
    "canceled": MessageState.FAILED,
    "busy": MessageState.FAILED,
    "no-answer": MessageState.FAILED,
}
_SPOKEN = {"vi": "vi-VN", "en": "en-US"}
_RINGS_S = "30"


class TwilioProvider:
    """One account at Twilio; `report_url` is where it reports to."""

    name = "twilio"
    asked: frozenset[Channel] = frozenset({Channel.SMS, Channel.VOICE})
    """Asked as well: a report may be lost, or the server be out of its reach."""

    def __init__(self, rules: Twilio, http: aiohttp.ClientSession, report_url: str) -> None:
        self._rules, self._http, self._report_url = rules, http, report_url

    async def hand(self, letter: Letter) -> Receipt:
        """An SMS, or a call that says the text."""
        is_call = letter.channel is Channel.VOICE
        form = {"To": letter.to, "StatusCallback": self._own(letter.id)}
        if is_call:
            form |= {"From": self._rules.voice_from, "Twiml": self._twiml(letter)}
            form |= {"Timeout": _RINGS_S, "StatusCallbackEvent": "completed"}
        else:
            form |= {"From": self._rules.sms_from, "Body": letter.text}
        answer = await self._said("POST", "Calls" if is_call else "Messages", data=form)
        sid, status = str(answer.get("sid", "")), str(answer.get("status", ""))
        if not sid or _BECAME.get(status) is MessageState.FAILED:
            raise Refused(f"twilio-{status[:12] or 'none'}")
        return Receipt(provider=self.name, reference=sid[:120])

    async def ask(self, reference: str, channel: Channel) -> MessageState | None:
        """By the status of the message or the call."""
        kind = "Calls" if channel is Channel.VOICE else "Messages"
        answer = await self._said("GET", f"{kind}/{reference}")
        return _BECAME.get(str(answer.get("status")))

    def heard(self, url: str, headers: Mapping[str, str], body: bytes) -> Reported | None:
        """A report about a message of ours, signed over its address and every field."""
        form = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
        message = URL(url).query.get("message", "")
        wanted = _signed(self._rules.auth_token.get_secret_value(), self._own(message), form)
        given = headers.get("X-Twilio-Signature", "")
        if not hmac.compare_digest(wanted.encode(), given.encode(errors="replace")):
            raise NotSigned
        state = _BECAME.get(form.get("MessageStatus", form.get("CallStatus", "")))
        return None if state is None else Reported(message=message, state=state)

    def _own(self, message: str) -> str:
        """Where this message is reported, as Twilio is told and as it signs."""
        return str(URL(self._report_url).with_query(message=message))

    async def _said(self, method: str, path: str, **request: object) -> dict[str, object]:
        rules = self._rules
        login = f"{rules.account_sid}:{rules.auth_token.get_secret_value()}".encode()
        headers = {"Authorization": f"Basic {base64.b64encode(login).decode()}"}
        url = f"{rules.url}/2010-04-01/Accounts/{rules.account_sid}/{path}.json"
        return await said(self._http, method, url, headers=headers, **request)

    def _twiml(self, letter: Letter) -> str:
        voice = self._rules.voice_en if letter.language == "en" else self._rules.voice_vi
        spoken = quoteattr(_SPOKEN.get(letter.language, "vi-VN"))
        say = f"<Say language={spoken} voice={quoteattr(voice)}>{escape(letter.text)}</Say>"
        return f'<Response><Pause length="1"/>{say}</Response>'


def _signed(token: str, url: str, form: Mapping[str, str]) -> str:
    text = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), "sha1")).decode()
