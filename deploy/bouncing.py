"""Returns a mail of the mailbox, as a mail server does that cannot deliver it. Next stop: services/notifier/api/."""

import json
import urllib.parse
import urllib.request
from email.message import EmailMessage, MIMEPart
from email.utils import format_datetime, localtime
from typing import Any

from deploy.operator_token import service_token
from deploy.plan import Plan

SCOPE = "bounces:hand-in"
HOST = "mx.example.com"


class NothingToBounce(Exception):
    """No mail to that address is in the mailbox."""


def bounce(plan: Plan, address: str, *, status: str = "5.1.1", action: str = "failed") -> None:
    """Return the newest mail to *address*. Raises: NothingToBounce; OSError when mailbox or notifier refuse."""
    query = urllib.parse.urlencode({"query": f'to:"{address}"', "limit": 1})
    found = _json(f"{plan.mailbox_url}/api/v1/search?{query}")["messages"]
    if not found:
        raise NothingToBounce(address)
    went_from = _json(f"{plan.mailbox_url}/api/v1/message/{found[0]['ID']}")["ReturnPath"]
    token = service_token(plan, "notifier", SCOPE)
    url = plan.environment("gateway")["PORTAL_NOTIFIER_URL"]
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{url}/bounces",
        data=report(went_from, address, status=status, action=action).as_bytes(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "message/rfc822"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310 - our own address
        return


def report(returned_to: str, address: str, *, status: str, action: str) -> EmailMessage:
    """Return what a mail server sends back. See: RFC 3464, appendix E."""
    mail = EmailMessage()
    mail["From"] = f"Mail Delivery System <MAILER-DAEMON@{HOST}>"
    mail["To"] = returned_to
    mail["Subject"] = "Undelivered Mail Returned to Sender"
    mail["Date"] = format_datetime(localtime())
    mail["Auto-Submitted"] = "auto-replied"
    mail["MIME-Version"] = "1.0"
    mail.add_header("Content-Type", "multipart/report", **{"report-type": "delivery-status"})
    words = MIMEPart()
    words.set_content(f"The mail to {address} could not be delivered.\n")
    told = MIMEPart()
    told.add_header("Content-Type", "message/delivery-status")
    of_message, of_recipient = MIMEPart(), MIMEPart()
    of_message["Reporting-MTA"] = f"dns; {HOST}"
    of_recipient["Final-Recipient"] = f"rfc822; {address}"
    of_recipient["Action"] = action
    of_recipient["Status"] = status
    of_recipient["Diagnostic-Code"] = f"smtp; 550 {status} <{address}>: not delivered"
    told.set_payload([of_message, of_recipient])
    mail.set_payload([words, told])
    return mail


def _json(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own address
        return json.load(answer)
