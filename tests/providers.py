"""Providers of messages as their documentation describes them, played on this machine.

One server plays all of them; each looks at the credentials and every required field, and answers
as the real one would. `fault` names what goes wrong: slow, 500, html, wrong-status, duplicate,
refused.
"""

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as xml

from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
from standardwebhooks import Webhook

from ekyc.settings import Esms, Gateways, MessageWebhook, Stringee, Twilio

KEY = "whsec_" + base64.b64encode(b"m" * 32).decode()
SLOW_S = 1.2


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One message a provider has taken."""

    by: str
    to: str
    text: str
    id: str = ""
    report_to: str = ""


@dataclass
class Street:
    """The providers, side by side."""

    url: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    """What goes wrong at a provider, by its name."""
    status: str = "pending"
    """What is answered to whoever asks: pending, delivered, failed."""
    taken: list[Taken] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)

    def settings(self, **order: Any) -> dict[str, Any]:
        """Sections of a server that uses these providers."""
        return {
            "gateways": Gateways(
                **{"private": True, "timeout_s": SLOW_S / 2, "pause_s": 0.0, "ask_s": 5, **order}
            ),
            "esms": Esms(
                url=self.url, api_key=SecretStr("ak"), secret_key=SecretStr("sk"), brand="SEN"
            ),
            "stringee": Stringee(
                url=self.url,
                key_sid="SK1",
                key_secret=SecretStr("ks"),
                sms_from="SEN",
                voice_from="842400000000",
            ),
            "twilio": Twilio(
                url=self.url,
                account_sid="AC1",
                auth_token=SecretStr("at"),
                sms_from="+15005550006",
                voice_from="+15005550006",
            ),
            "message_webhook": MessageWebhook(url=f"{self.url}/own", secret=SecretStr(KEY)),
        }

    async def fault(self, name: str) -> web.Response | None:
        """What every provider may suffer; None when it goes on."""
        self.tried.append(name)
        fault = self.faults.get(name)
        if fault == "slow":
            await asyncio.sleep(SLOW_S)
        if fault == "500":
            return web.Response(status=500, text="<h1>Internal error</h1>")
        if fault == "html":
            return web.Response(text="<html>maintenance</html>", content_type="text/html")
        return None

    # eSMS.vn

    async def esms(self, request: web.Request) -> web.Response:
        """SendMultipleMessage_V4_post_json."""
        if (ill := await self.fault("esms")) is not None:
            return ill
        body = await request.json()
        if (body["ApiKey"], body["SecretKey"]) != ("ak", "sk"):
            return web.json_response({"CodeResult": "101", "ErrorMessage": "Authorize Failed"})
        assert (body["Brandname"], body["SmsType"], body["IsUnicode"]) == ("SEN", "2", "0")
        assert body["Content"].isascii()
        fault = self.faults.get("esms")
        if fault == "refused":
            return web.json_response({"CodeResult": "108", "ErrorMessage": "phone"})
        if fault == "wrong-status":
            return web.json_response({"CodeResult": "99", "ErrorMessage": "unknown"})
        if any(one.id == body["RequestId"] for one in self.taken):
            return web.json_response({"CodeResult": "124", "ErrorMessage": "Duplicate RequestId"})
        taken = Taken(by="esms", to=body["Phone"], text=body["Content"], id=body["RequestId"])
        self.taken.append(taken)
        if self.faults.get("esms") == "duplicate":  # taken, and the answer lost
            return web.Response(status=502)
        return web.json_response({"CodeResult": "100", "CountRegenerate": 0, "SMSID": "sms-1"})

    async def esms_status(self, request: web.Request) -> web.Response:
        """GetSendStatus."""
        assert request.query["RefId"] == "sms-1"
        assert (request.query["ApiKey"], request.query["SecretKey"]) == ("ak", "sk")
        is_over = self.status != "pending"
        return web.json_response(
            {
                "CodeResponse": "100",
                "SMSID": "sms-1",
                "SendStatus": 5 if is_over else 2,
                "SendSuccess": int(self.status == "delivered"),
                "SendFailed": int(self.status == "failed"),
                "TotalReceiver": 1,
                "TotalSent": int(is_over),
            }
        )

    # Stringee

    def _require_token(self, request: web.Request) -> None:
        head, claims, signature = request.headers["X-STRINGEE-AUTH"].split(".")
        wanted = hmac.digest(b"ks", f"{head}.{claims}".encode(), "sha256")
        assert base64.urlsafe_b64decode(signature + "==") == wanted
        assert _decoded(head) == {"typ": "JWT", "alg": "HS256", "cty": "stringee-api;v=1"}
        said = _decoded(claims)
        assert said["iss"] == "SK1"
        assert said["jti"].startswith("SK1-")
        assert said["rest_api"] is True

    async def stringee_sms(self, request: web.Request) -> web.Response:
        """POST /v1/sms."""
        if (ill := await self.fault("stringee")) is not None:
            return ill
        self._require_token(request)
        (message,) = (await request.json())["sms"]
        assert message["from"] == "SEN"
        if code := {"refused": 4, "wrong-status": 3}.get(self.faults.get("stringee", "")):
            return web.json_response({"smsSent": 0, "result": [{"r": code, "msg": "no"}]})
        self.taken.append(Taken(by="stringee", to=message["to"], text=message["text"]))
        done = {"price": "830", "smsType": 1, "r": 0, "msg": "Success"}
        return web.json_response({"smsSent": 1, "result": [done]})

    async def stringee_call(self, request: web.Request) -> web.Response:
        """POST /v1/call2/callout."""
        if (ill := await self.fault("stringee")) is not None:
            return ill
        self._require_token(request)
        body = await request.json()
        assert body["from"] == {
            "type": "external",
            "number": "842400000000",
            "alias": "842400000000",
        }
        ((to,), (talk,)) = body["to"], body["actions"]
        assert talk["action"] == "talk"
        if code := {"refused": 4, "wrong-status": 3}.get(self.faults.get("stringee", "")):
            return web.json_response({"r": code, "message": "no"})
        self.taken.append(Taken(by="stringee", to=to["number"], text=talk["text"]))
        return web.json_response({"r": 0, "call_id": "call-1", "message": "SUCCESS"})

    async def stringee_log(self, request: web.Request) -> web.Response:
        """GET /v1/call/log; its fields from memory."""
        self._require_token(request)
        assert request.query["id"] == "call-1"
        seconds = 21 if self.status == "delivered" else 0
        stopped = 0 if self.status == "pending" else 1_700_000_000
        call = {"id": "call-1", "answer_duration": seconds, "stop_time": stopped}
        return web.json_response({"r": 0, "data": {"calls": [call]}})

    # Twilio

    async def twilio(self, request: web.Request) -> web.Response:
        """POST …/Messages.json and …/Calls.json."""
        if (ill := await self.fault("twilio")) is not None:
            return ill
        login = base64.b64encode(b"AC1:at").decode()
        if request.headers.get("Authorization") != f"Basic {login}":
            return web.json_response({"code": 20003, "status": 401}, status=401)
        form = await request.post()
        fault = self.faults.get("twilio")
        if fault == "refused":
            return web.json_response({"code": 21211, "status": 400}, status=400)
        if fault == "wrong-status":
            return web.json_response({"sid": "SM1", "status": "failed"}, status=201)
        assert form["From"] == "+15005550006"
        text = form.get("Body") or _spoken(str(form["Twiml"]))
        report_to = str(form["StatusCallback"])
        taken = Taken(by="twilio", to=str(form["To"]), text=str(text), report_to=report_to)
        self.taken.append(taken)
        return web.json_response({"sid": "SM1", "status": "queued"}, status=201)

    async def twilio_status(self, request: web.Request) -> web.Response:
        """GET …/SM1.json."""
        is_call = request.match_info["kind"] == "Calls"
        known = {"pending": "queued", "delivered": "completed" if is_call else "delivered"}
        return web.json_response({"sid": "SM1", "status": known.get(self.status, "failed")})

    # The bank's own

    async def own(self, request: web.Request) -> web.Response:
        """A receiver that believes nothing that is not signed."""
        if (ill := await self.fault("webhook")) is not None:
            return ill
        told = Webhook(KEY).verify(await request.text(), dict(request.headers))
        fault = self.faults.get("webhook")
        if fault == "refused":
            return web.Response(status=422)
        if fault == "wrong-status":
            return web.Response(status=302, headers={"Location": "/elsewhere"})
        data = told["data"]
        assert told["type"] == "message.send"
        if all(one.id != data["id"] for one in self.taken):
            taken = Taken(by="webhook", to=data["to"], text=data["text"], id=data["id"])
            self.taken.append(taken)
        if self.faults.get("webhook") == "duplicate" and self.tried.count("webhook") == 1:
            return web.Response(status=502)
        return web.json_response({"reference": "own-1"}, status=202)


def signed(token: str, url: str, form: dict[str, str]) -> str:
    """As Twilio signs a report: its address and every field, sorted by name."""
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), "sha1")).decode()


def _decoded(part: str) -> dict[str, Any]:
    return dict(json.loads(base64.urlsafe_b64decode(part + "==")))


def _spoken(twiml: str) -> str:
    say = xml.fromstring(twiml).find("Say")  # noqa: S314 - our own
    assert say is not None
    assert say.get("language") in {"vi-VN", "en-US"}
    return say.text or ""


@asynccontextmanager
async def street() -> AsyncIterator[Street]:
    """All of them, open."""
    place = Street()
    app = web.Application()
    app.router.add_post("/MainService.svc/json/SendMultipleMessage_V4_post_json/", place.esms)
    app.router.add_get("/MainService.svc/json/GetSendStatus", place.esms_status)
    app.router.add_post("/v1/sms", place.stringee_sms)
    app.router.add_post("/v1/call2/callout", place.stringee_call)
    app.router.add_get("/v1/call/log", place.stringee_log)
    app.router.add_post("/2010-04-01/Accounts/AC1/{kind}.json", place.twilio)
    app.router.add_get("/2010-04-01/Accounts/AC1/{kind}/SM1.json", place.twilio_status)
    app.router.add_post("/own", place.own)
    async with TestServer(app) as server:
        place.url = str(server.make_url("/"))[:-1]
        yield place
