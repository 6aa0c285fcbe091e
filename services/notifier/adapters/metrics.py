"""What the sender tells about itself, on /metrics."""

from prometheus_client import Counter, Gauge, Histogram

ATTEMPTS = Counter("mail_attempts", "Tries to send a mail, by what came of them", ["template", "result"])
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
QUEUE_DEPTH = Gauge("mail_queue_depth", "Mails that are due and wait to be sent, counted to 10,000")
QUEUE_OLDEST = Gauge("mail_queue_oldest_seconds", "For how long the mail has been due that waits longest")
AT_WORK = Gauge("mail_senders_at_work", "Mails being sent now")
