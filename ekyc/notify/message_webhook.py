"""The bank's own gateway: told of each message by a signed webhook, and reports signed alike.

Standard Webhooks both ways, with one key. docs/integrate/webhooks.md describes the bodies.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime

import aiohttp
from standardwebhooks import Webhook, WebhookVerificationError

from ekyc.domain.message import MessageState, Receipt
from ekyc.notify.provider import Letter, NotSigned, Reported, Silent, parsed, said
from ekyc.settings import MessageWebhook

_REPORTABLE = {state.value: state for state in (MessageState.DELIVERED, MessageState.FAILED)}


class WebhookProvider(Silent):
    """One address; `now` dates what is signed."""

    name = "webhook"

    def __init__(
        self, rules: MessageWebhook, http: aiohttp.ClientSession, now: Callable[[], datetime]
    ) -> None:
        self._rules, self._http, self._now = rules, http, now
        key = rules.secret.get_secret_value()
        self._signer = Webhook(key)

    async def hand(self, letter: Letter) -> Receipt:
        """`message.send`; the same id means the same message."""
        now = self._now()
        data = {
            "id": letter.id,
            "channel": letter.channel.value,
            "to": letter.to,
            "text": letter.text,
            "language": letter.language,
            **({"subject": letter.subject} if letter.subject else {}),
        }
        told = {"type": "message.send", "timestamp": now.isoformat(), "data": data}
        text = json.dumps(told, ensure_ascii=False)
        headers = {
            "content-type": "application/json",
            "webhook-id": letter.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(letter.id, now, text),
        }
        answer = await said(
            self._http, "POST", self._rules.url, data=text.encode(), headers=headers
        )
        return Receipt(provider=self.name, reference=str(answer.get("reference", ""))[:120])

    def heard(self, url: str, headers: Mapping[str, str], body: bytes) -> Reported | None:
        """`message.status` of one of our messages."""
        try:
            self._signer.verify(body.decode(), dict(headers))
        except (WebhookVerificationError, ValueError, KeyError):
            raise NotSigned from None
        data = parsed(body).get("data")
        if not isinstance(data, dict):
            return None
        state = _REPORTABLE.get(str(data.get("state")))
        return None if state is None else Reported(message=str(data.get("id")), state=state)
