"""What the mailbox shows: links to click, and nothing that a mail could run."""

from deploy.mailbox.page import linked


def test_an_address_becomes_a_link_and_ends_before_the_full_stop() -> None:
    said = linked("Open http://localhost:8080/activate/abc-DEF_1.\nThen…")
    assert '<a href="http://localhost:8080/activate/abc-DEF_1" target="_blank"' in said
    assert "</a>.\nThen" in said


def test_markup_in_a_mail_is_shown_not_run() -> None:
    assert linked("<script>alert(1)</script>") == "&lt;script&gt;alert(1)&lt;/script&gt;"
    assert '<a href="http://x/a" ' in linked('http://x/a"onmouseover="alert(1)')


def test_only_web_addresses_become_links() -> None:
    assert linked("javascript:alert(1)") == "javascript:alert(1)"


def test_japanese_text_right_behind_an_address_does_not_belong_to_it() -> None:
    assert '<a href="http://x/y" ' in linked("アドレスはhttp://x/yです。")
