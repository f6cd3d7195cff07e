"""Stringee: SMS and voice calls.

After developer.stringee.com: REST API of SMS, outbound calls with the action `talk` (SCCO), and the
token of either. What the log of calls (`/v1/call/log`) says is not documented there as far as it is
used here: `call_id`, `answer_duration` and `stop_time` were written from memory, and whoever sets
this up should look at the file of a first call.
"""

import base64
import hmac
import json
import time

import aiohttp

from ekyc.domain.message import Channel, MessageState, Receipt
from ekyc.notify.provider import Letter, Refused, Silent, said
from ekyc.settings import Stringee

_TOKEN_S = 300
_PASSING = frozenset({3, 10})  # busy, and out of order for a while


class StringeeProvider(Silent):
    """One project at Stringee."""

    name = "stringee"
    asked = frozenset({Channel.VOICE})

    def __init__(self, rules: Stringee, http: aiohttp.ClientSession) -> None:
        self._rules, self._http = rules, http

    async def hand(self, letter: Letter) -> Receipt:
        """An SMS, or a call that says the text."""
        if letter.channel is Channel.VOICE:
            return await self._call(letter)
        to = letter.to.removeprefix("+")
        message = {"from": self._rules.sms_from, "to": to, "text": letter.text}
        answer = await self._said("POST", "/v1/sms", json={"sms": [message]})
        results = answer.get("result")
        first = results[0] if isinstance(results, list) and results else {}
        self._require(first.get("r") if isinstance(first, dict) else None)
        return Receipt(provider=self.name)

    async def _call(self, letter: Letter) -> Receipt:
        rules, to = self._rules, letter.to.removeprefix("+")
        talk: dict[str, object] = {"action": "talk", "text": letter.text, "bargeIn": False}
        if voice := rules.voice_en if letter.language == "en" else rules.voice_vi:
            talk["voice"] = voice
        number = rules.voice_from
        body = {
            "from": {"type": "external", "number": number, "alias": number},
            "to": [{"type": "external", "number": to, "alias": to}],
            "actions": [talk],
        }
        answer = await self._said("POST", "/v1/call2/callout", json=body)
        self._require(answer.get("r"))
        return Receipt(provider=self.name, reference=str(answer.get("call_id", ""))[:120])

    def _require(self, code: object) -> None:
        if code != 0:
            known = code if isinstance(code, int) else "none"
            raise Refused(f"stringee-{known}", for_good=known != "none" and code not in _PASSING)

    async def ask(self, reference: str, channel: Channel) -> MessageState | None:
        """A call that was answered has said its text; one that is over without was missed."""
        answer = await self._said("GET", "/v1/call/log", params={"id": reference})
        data = answer.get("data")
        calls = data.get("calls") if isinstance(data, dict) else None
        if not isinstance(calls, list) or not calls or not isinstance(calls[0], dict):
            return None
        if calls[0].get("answer_duration"):
            return MessageState.DELIVERED
        return MessageState.FAILED if calls[0].get("stop_time") else None

    async def _said(self, method: str, path: str, **request: object) -> dict[str, object]:
        headers = {"X-STRINGEE-AUTH": self._token()}
        return await said(self._http, method, self._rules.url + path, headers=headers, **request)

    def _token(self) -> str:
        """A JSON web token of this minute, HS256."""
        sid, now = self._rules.key_sid, int(time.time())
        head = {"typ": "JWT", "alg": "HS256", "cty": "stringee-api;v=1"}
        claims = {"jti": f"{sid}-{now}", "iss": sid, "exp": now + _TOKEN_S, "rest_api": True}
        unsigned = f"{_coded(json.dumps(head).encode())}.{_coded(json.dumps(claims).encode())}"
        key = self._rules.key_secret.get_secret_value().encode()
        return f"{unsigned}.{_coded(hmac.digest(key, unsigned.encode(), 'sha256'))}"


def _coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
