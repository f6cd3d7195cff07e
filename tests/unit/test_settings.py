"""Settings: what cannot be meant is refused by its name; secrets are not printed."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from ekyc.settings import Settings, text
from ekyc.settings.places import placed

KEY = "whsec_" + "A" * 32


def refused(**sections: Any) -> str:
    with pytest.raises(ValidationError) as stopped:
        Settings(**sections)
    return str(stopped.value)


def test_without_anything_said_the_defaults_hold() -> None:
    settings = Settings()
    assert (settings.server.port, settings.codes.life_s, settings.demo) == (8080, 600, False)


@pytest.mark.parametrize(
    ("section", "values", "said"),
    [
        ("server", {"prot": 1}, "server.prot"),
        ("codes", {"life_s": 601}, "codes.life_s"),
        ("bank", {"zone": "Asia/Sen"}, "no such time zone"),
        ("applications", {"language": "de"}, "applications.language"),
        ("crm", {"environment": "beta"}, "crm.environment"),
        ("crm", {"webhook_url": "http://crm.example"}, "https://"),
        ("crm", {"webhook_url": "https://crm.example"}, "webhook_secret"),
        ("crm", {"webhook_url": "https://crm.example", "webhook_secret": "whsec_*"}, "base64"),
        ("crm", {"webhook_url": "https://crm.example", "webhook_secret": "whsec_QUFB"}, "24"),
        ("call", {"questions": 0, "purpose_questions": 0}, "none is drawn"),
        ("call", {"approval_needs": ["callback"]}, "gateways.mail"),
        ("ice", {"port_min": 50000, "port_max": 40000}, "port_min"),
        ("ice", {"turn_urls": ["turn:t.example"]}, "turn_secret_file"),
        ("ice", {"turn_urls": ["stun:t.example"], "turn_secret_file": "t"}, "turn_urls"),
        ("ice", {"relay_only": True}, "relay_only"),
    ],
)
def test_a_key_that_cannot_be_meant_is_refused_by_its_name(
    section: str, values: dict[str, Any], said: str
) -> None:
    assert said in refused(**{section: values})


def test_a_webhook_needs_its_key_and_may_stay_in_the_house_when_told_so() -> None:
    crm: dict[str, Any] = {"webhook_url": "https://crm.example", "webhook_secret": KEY}
    assert Settings(crm=crm).crm.webhook_url == "https://crm.example"
    crm |= {"webhook_url": "http://10.0.0.7/told", "webhook_private": True}
    assert Settings(crm=crm).crm.webhook_private


@pytest.mark.parametrize("host", ["::", "192.168.1.7", "kyc.bank.example"])
def test_a_demo_listens_to_this_machine_alone(host: str) -> None:
    assert "loopback only" in refused(demo=True, server={"host": host})
    assert Settings(server={"host": host}).server.host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_a_demo_at_home_is_welcome(host: str) -> None:
    assert Settings(demo=True, server={"host": host}).demo


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ekyc.toml"
    file.write_text('[bank]\nname_en = "File Bank"\nname_vi = "Ngân hàng Tệp"\n')
    monkeypatch.setenv("EKYC_CONFIG", str(file))
    monkeypatch.setenv("EKYC_BANK__NAME_EN", "Environment Bank")
    bank = Settings().bank
    assert (bank.name_en, bank.name_vi) == ("Environment Bank", "Ngân hàng Tệp")


def test_a_file_that_is_not_there_and_a_variable_nobody_reads_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EKYC_CONFIG", "/nowhere.toml")
    assert "there is no file /nowhere.toml" in refused()
    monkeypatch.delenv("EKYC_CONFIG")
    monkeypatch.setenv("EKYC_SEVER__PORT", "80")
    assert "EKYC_SEVER__PORT: unknown key" in refused()


def test_what_is_in_force_is_printed_without_secrets() -> None:
    printed = text.effective(Settings(secret=SecretStr("ab" * 32)))
    assert '"secret": "**********"' in printed
    assert "abab" not in printed


def test_a_relative_path_begins_at_the_checkout_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = placed(Settings(), None)
    home = Path(__file__).parents[2]
    assert settings.database.url == f"sqlite+aiosqlite:///{home}/var/ekyc.sqlite3"
    assert settings.objects.folder == home / "recordings/objects"
    assert settings.secret_file == home / "var/secret.key"
    assert settings.server.tls_key == ""


def test_a_relative_path_begins_beside_the_settings_own_file(tmp_path: Path) -> None:
    server = {"tls_certificate": "tls/own.pem", "tls_key": "/etc/own.key"}
    database = {"url": "postgresql+asyncpg://ekyc@db/ekyc"}
    settings = placed(Settings(server=server, database=database), tmp_path / "ekyc.toml")
    assert settings.server.runtime_dir == tmp_path / "var/run"
    assert settings.server.tls_certificate == str(tmp_path / "tls/own.pem")
    assert settings.server.tls_key == "/etc/own.key"
    assert settings.database.url == "postgresql+asyncpg://ekyc@db/ekyc"
