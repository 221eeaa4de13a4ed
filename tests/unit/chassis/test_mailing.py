"""E-mail: encrypted on the way, signed in where the server asks for it, and told in no log."""

import logging
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from uuid import uuid4

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chassis.config import SettingsRefused
from chassis.mailing import Mail, MailSettings, way_of
from chassis.texting import NotTaken
from tests.servers.receivers import Letterbox, letterbox

MAIL = Mail(id=uuid4(), to="li@mail.example", subject="【和美】您反映的事已办结", text="您反映的事已办结，请评价。\r\n")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hemei test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "both.pem"
    kept = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(kept + made.public_bytes(serialization.Encoding.PEM))
    return path


def presenting(certificate: Path) -> ssl.SSLContext:
    """What the server shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def trusting(certificate: Path) -> ssl.SSLContext:
    """A client that knows the server."""
    return ssl.create_default_context(cafile=str(certificate))


def settings(box: Letterbox, **given: str) -> MailSettings:
    found = {"security": "none", "sender": "no-reply@hemei.example", **given}
    return MailSettings(host="127.0.0.1", port=box.port, **found)  # type: ignore[arg-type]


@pytest.fixture
def box() -> Iterator[Letterbox]:
    with letterbox() as found:
        yield found


def sent(given: MailSettings, trust: ssl.SSLContext | None = None) -> None:
    send = way_of(given, trust=trust)
    assert send is not None
    send(MAIL)


def test_an_e_mail_says_who_it_is_from_and_what_in_any_script(box: Letterbox) -> None:
    sent(settings(box))
    [mail] = box.mails
    assert (mail["To"], mail["Subject"]) == (MAIL.to, MAIL.subject)
    assert mail["From"] == "和美 Hemei <no-reply@hemei.example>"
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == (f"<{MAIL.id}@hemei.example>", "auto-generated")
    assert mail.get_content().strip() == MAIL.text.strip()
    assert mail.as_bytes().isascii()


def test_it_goes_encrypted_after_the_greeting_to_a_server_that_is_trusted(certificate: Path) -> None:
    with letterbox(tls_context=presenting(certificate), require_starttls=True) as box:
        sent(settings(box, security="starttls"), trusting(certificate))
        assert len(box.mails) == 1


def test_it_goes_encrypted_from_the_start(certificate: Path) -> None:
    with letterbox(ssl_context=presenting(certificate)) as box:
        sent(settings(box, security="ssl"), trusting(certificate))
        assert len(box.mails) == 1


@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_a_server_that_nobody_vouches_for_is_told_nothing(certificate: Path, security: str) -> None:
    context = presenting(certificate)
    options = {"ssl_context": context} if security == "ssl" else {"tls_context": context}
    with letterbox(**options) as box:
        with pytest.raises(NotTaken):
            sent(settings(box, security=security))
        assert box.mails == []


def test_a_server_without_encryption_is_told_nothing_where_it_is_asked_for(box: Letterbox) -> None:
    with pytest.raises(NotTaken):
        sent(settings(box, security="starttls"))
    assert box.mails == []


def test_it_signs_in_where_a_user_is_given(certificate: Path) -> None:
    asked = []

    def authenticator(
        _server: object, _session: object, _envelope: object, _mechanism: str, data: object
    ) -> AuthResult:
        asked.append((data.login, data.password))  # type: ignore[attr-defined]
        return AuthResult(success=data.password == b"right", handled=False)  # type: ignore[attr-defined]

    options = {"tls_context": presenting(certificate), "authenticator": authenticator, "auth_required": True}
    with letterbox(**options) as box:
        with_password = {"security": "starttls", "user": "hemei"}
        sent(settings(box, password="right", **with_password), trusting(certificate))
        with pytest.raises(NotTaken):
            sent(settings(box, password="wrong", **with_password), trusting(certificate))
        assert len(box.mails) == 1
    assert asked[0] == (b"hemei", b"right")


def test_what_the_server_refuses_is_not_taken_and_stands_in_no_log(
    box: Letterbox, caplog: pytest.LogCaptureFixture
) -> None:
    box.is_full = True
    with caplog.at_level(logging.DEBUG, logger="chassis"), pytest.raises(NotTaken):
        sent(settings(box))
    logged = "\n".join(each.getMessage() for each in caplog.records if each.name.startswith("chassis"))
    assert "SMTPDataError" in logged
    assert MAIL.to not in logged
    assert MAIL.subject not in logged


def test_a_server_that_is_away_does_not_take_it() -> None:
    with letterbox() as box:
        away = settings(box)
    with pytest.raises(NotTaken):
        sent(away)


def test_without_a_server_no_e_mail_is_sent() -> None:
    assert way_of(MailSettings()) is None


@pytest.mark.parametrize(
    "wrong", [{"host": "mail.example"}, {"host": "mail.example", "sender": "a@b.example", "security": "none"}]
)
def test_a_server_needs_a_sender_and_is_spoken_to_in_the_clear_on_this_machine_only(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsRefused, match="MAIL_"):
        way_of(MailSettings(**wrong))  # type: ignore[arg-type]
