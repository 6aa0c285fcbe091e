"""The numbers of the way in. See: docs/decisions/0014. Next stop: activation.py."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How long things live and how often may be tried."""

    link_life: timedelta = timedelta(hours=72)
    links_a_day: int = 10
    confirm_tries: int = 5
    first_code_tries: int = 10
    login_life: timedelta = timedelta(minutes=10)
    login_tries: int = 5
    day_tries: int = 20
    """Wrong codes of one person in any 24 hours, whatever was forgiven; half of them at once lock the credential."""
    resends: int = 3
    mails_an_hour: int = 20
    password_free: tuple[int, int] = (5, 50)
    """Wrong passwords for a mail address that cost no waiting: from one network, and from all together."""
    password_longest: tuple[int, int] = (900, 60)
    """Seconds that waiting, which doubles with each wrong password, grows to: for one network, and for all."""
    step_up_life: timedelta = timedelta(minutes=10)
    """How long somebody who showed again that it is them may change what asks for it."""
    trust_life: timedelta = timedelta(days=10)
    """How long a trusted browser skips the second step after its last login."""
    resets_waiting: int = 10_000
    """Wishes for a new link that may wait to be looked at."""
