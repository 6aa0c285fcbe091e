"""Makes lines of text of what a mail tells, in the person's words and zone. Next stop: letters.py, which sends them."""

from collections.abc import Iterator, Sequence

from services.notifier.adapters.notice_words import Words
from services.notifier.adapters.plain_text import local_time, one_line
from services.notifier.application.bulletin import Bulletin, Item
from services.notifier.domain.events import Template
from services.notifier.domain.kinds import Kind
from services.notifier.domain.story import Telling

PAGES = {Kind.FAULT: "/incidents/", Kind.MAINTENANCE: "/maintenance/", Kind.ORDER_STATUS: "/applications/"}
SUBJECT_LENGTH = 40
"""Characters of the operator's own words that a subject takes; the rest stands in the mail."""


def subject(template: Template, bulletin: Bulletin, words: Words) -> str:
    """Return the subject: what it is about where that is one thing, else how many there are."""
    said = words[f"subject.{template}"]
    if bulletin.total > 1:
        return words["subject.several"].format(subject=said, n=bulletin.total)
    telling = bulletin.items[0].telling
    title = one_line(telling.title) or one_line(telling.number)
    what = title if len(title) <= SUBJECT_LENGTH else f"{title[:SUBJECT_LENGTH]}…"
    return words["subject.one"].format(subject=said, what=what)


def lines_of(item: Item, words: Words, zone: str, url: str) -> Sequence[str]:
    """Return one thing as lines; what is unknown of it has no line."""
    telling = item.telling
    said = [(words[label], value) for label, value in _said(telling, words, zone) if value]
    lines = [words[f"kind.{telling.kind}"], *(words["line"].format(label=one, value=value) for one, value in said)]
    # The operator's words keep their lines, and nothing else of their shape.
    told = [kept for line in telling.text.splitlines() if (kept := one_line(line))]
    if told:
        lines += [words["line"].format(label=words["text"], value=told[0]), *told[1:]]
    if item.contract_numbers:
        numbers = [*map(one_line, item.contract_numbers), *([words["more"]] if item.more_contracts else [])]
        lines.append(words["line"].format(label=words["contracts"], value=words["separator"].join(numbers)))
    return [*lines, f"{url}{PAGES[telling.kind]}{telling.story_id}"]


def _said(telling: Telling, words: Words, zone: str) -> Iterator[tuple[str, str]]:
    kind = telling.kind
    yield f"number.{kind}", one_line(telling.number)
    if telling.title:
        yield f"title.{kind}", one_line(telling.title)
    if telling.order_type:
        yield "order-type", words.get(f"order-type.{telling.order_type}", telling.order_type)
    yield "word", words.get(f"{kind}.{telling.word}", telling.word)
    if telling.order_status:
        yield "step", words.get(f"step.{telling.order_status}", str(telling.order_status))
    yield "at", local_time(telling.at, zone)
    if telling.plan_on:
        yield "plan", f"{telling.plan_on:%Y/%m/%d}"
    if telling.starts_at and telling.ends_at:
        starts, ends = local_time(telling.starts_at, zone), local_time(telling.ends_at, zone)
        yield "window", words["from-to"].format(starts=starts, ends=ends)
    if telling.clears_at and not telling.over:
        yield "clears", local_time(telling.clears_at, zone)
