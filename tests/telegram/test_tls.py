"""Which certificates are trusted, and that one context serves everybody."""

import ssl
from pathlib import Path

import certifi
import pytest

from kotodom import tls
from kotodom.errors import ConfigError
from kotodom.telegram.session import Session


def test_telegram_and_provider_share_one_context() -> None:
    assert tls.context() is tls.context()
    session = Session(api_base="https://api.telegram.org")
    assert session._connector_init["ssl"] is tls.context()


def test_a_file_that_is_named_is_trusted_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Path(certifi.where()).read_text().partition("-----END CERTIFICATE-----")
    (tmp_path / "one.pem").write_text(first[0] + first[1] + "\n")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "one.pem"))
    assert len(tls.context().get_ca_certs()) == 1


def test_a_machine_without_certificates_gets_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls._context.cache_clear()
    nothing = ssl.DefaultVerifyPaths(None, str(tmp_path), "", "", "", "")
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: nothing)
    assert len(tls.context().get_ca_certs()) > 20
    tls._context.cache_clear()


def test_certificates_that_cannot_be_read_are_a_mistake_in_plain_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at/all.pem")
    with pytest.raises(ConfigError, match="SSL_CERT_FILE"):
        Session(api_base="https://api.telegram.org")
