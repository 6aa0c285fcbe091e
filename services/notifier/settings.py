"""The notifier's settings, from the environment. Next stop: main.py."""

from datetime import timedelta

from pydantic import Field

from kernel.adapters.settings import ServiceSettings
from services.notifier.domain.pace import Pace


class NotifierSettings(ServiceSettings):
    """What the notifier needs beside what every service needs."""

    smtp_url: str = "smtp://127.0.0.1:1025"
    mail_from: str = "b-portal@ntt.com"
    mail_reply_to: str = "b-portal@ntt.com"
    mail_return_to: str = "b-portal@ntt.com"
    """Whereto mails go back that cannot be delivered; what is put behind its name says which mail it was."""
    activation_subject_ja: str = "NTTコミュニケーションズ ビジネスポータル ユーザ登録受付メール"
    activation_subject_en: str = "NTT Communications Business Portal: your user registration"
    senders: int = Field(default=4, ge=1, le=64)
    """How many mails are sent at a time, each over a connection of its own."""
    mail_lease_seconds: float = Field(default=30.0, ge=1.0)
    """For how long a mail belongs to the sender that took it; after a crash it goes out again then."""

    notice_settle_seconds: float = Field(default=2.0, ge=0)
    """How long the first news of a contract wait for what comes with them."""
    notice_gap_seconds: float = Field(default=60.0, ge=0)
    """How long nobody is mailed of the same kind of news again; what comes meanwhile goes out together."""
    notice_longest_gap_seconds: float = Field(default=300.0, ge=0)
    """How long that gets, doubling, while news keep coming."""

    @property
    def pace(self) -> Pace:
        """Return how often people may hear of contracts."""
        return Pace(
            settle=timedelta(seconds=self.notice_settle_seconds),
            gap=timedelta(seconds=self.notice_gap_seconds),
            longest=timedelta(seconds=self.notice_longest_gap_seconds),
        )

    @property
    def lease(self) -> timedelta:
        """Return for how long a mail belongs to a sender."""
        return timedelta(seconds=self.mail_lease_seconds)
