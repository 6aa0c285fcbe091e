"""Mails as servers send them back, made as RFC 3464 shows them."""

HUMAN = "I am sorry, hanako.sato@example.co.jp could not be reached."
REASON = "smtp; 550 5.1.1 <hanako.sato@example.co.jp>: no such user hanako.sato"


def returned(
    to: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    kind: str = "multipart/report; report-type=delivery-status",
    part: str = "message/delivery-status",
    before: str = "",
) -> bytes:
    """Return a report as it comes to the return path."""
    return "\r\n".join(
        [
            "From: Mail Delivery System <MAILER-DAEMON@mx.example.co.jp>",
            f"To: {to}",
            "Subject: Undelivered Mail Returned to Sender",
            "Auto-Submitted: auto-replied",
            "MIME-Version: 1.0",
            f'Content-Type: {kind}; boundary="b"',
            "",
            "--b",
            "Content-Type: text/plain; charset=us-ascii",
            "",
            HUMAN,
            "--b",
            f"Content-Type: {part}",
            "",
            "Reporting-MTA: dns; mx.example.co.jp",
            "Arrival-Date: Mon, 23 Nov 2026 10:46:36 +0900",
            "",
            *([before, ""] if before else []),
            "Final-Recipient: rfc822; hanako.sato@example.co.jp",
            f"Action: {action}",
            f"Status: {status}",
            f"Diagnostic-Code: {REASON}",
            "",
            "--b",
            "Content-Type: text/rfc822-headers",
            "",
            "Subject: the mail itself",
            "",
            "--b--",
            "",
        ]
    ).encode()
