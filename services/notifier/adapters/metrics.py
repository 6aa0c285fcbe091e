"""What the sender tells about itself, on /metrics."""

from prometheus_client import Counter, Gauge, Histogram

TRIES = Counter("mail_tries", "Tries to send a mail, by what came of them", ["template", "outcome"])
SECONDS = Histogram(
    "mail_seconds_until_sent",
    "Time from the queue to the mail server",
    ["template"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800, 7200),
)
ROUNDS = Counter("notice_rounds", "Rounds of news that went out", ["kind"])
ADDRESSED = Counter(
    "notice_addressed", "People whom rounds went to, at once or with the mail of the day", ["kind", "how"]
)
AT_WORK = Gauge("mail_senders_at_work", "Mails being sent now")
