"""The reminder to whoever broke off."""

from datetime import UTC, datetime

from ekyc.notify.reminder import reminder
from ekyc.notify.texts import Texts
from ekyc.settings import Server, Settings
from tests.builders import an_application

UNTIL = datetime(2026, 11, 24, 2, tzinfo=UTC)


def test_without_a_proxy_the_link_leads_to_the_servers_own_certificate() -> None:
    server = Server(host="kyc.bank.example", port=8443, tls_certificate="a.pem", tls_key="a.key")
    settings = Settings(server=server)
    text = reminder(settings, Texts())(an_application(), "token", UNTIL)
    assert "https://kyc.bank.example:8443/c/#token" in text
