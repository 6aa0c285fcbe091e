"""Where mails are handed in: read from PORTAL_SMTP_URL."""

import pytest

from services.notifier.adapters.smtp import MailServer


def test_an_address_alone_takes_tls_when_it_is_offered() -> None:
    assert MailServer.at("smtp://127.0.0.1:1025") == MailServer(host="127.0.0.1", port=1025, start_tls=None)


def test_smtps_speaks_tls_from_the_first_byte() -> None:
    server = MailServer.at("smtps://user%40x:p%2Fw@mail.example.com")
    assert (server.tls, server.start_tls, server.port) == (True, False, 465)
    assert (server.user, server.password) == ("user@x", "p/w")


@pytest.mark.parametrize("url", ["smtp://u:p@mail.example.com", "smtp+starttls://mail.example.com"])
def test_a_password_goes_over_the_wire_only_inside_tls(url: str) -> None:
    assert MailServer.at(url).start_tls is True


@pytest.mark.parametrize("url", ["", "mail.example.com", "http://mail.example.com", "smtp://"])
def test_anything_else_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match="PORTAL_SMTP_URL must be"):
        MailServer.at(url)


def test_a_password_is_not_shown() -> None:
    assert "p4ss" not in repr(MailServer.at("smtps://u:p4ss@mail.example.com"))
