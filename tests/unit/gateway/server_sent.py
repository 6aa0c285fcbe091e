"""Reads a stream of events as a browser does. See: HTML, 9.2.6."""

from dataclasses import dataclass


@dataclass
class ServerSent:
    """One part of a stream between two blank lines."""

    event: str = ""
    data: str = ""
    id: str = ""


def sent_events(text: str) -> list[ServerSent]:
    """Return what a stream told, without its comments; what has an id alone is kept too."""
    told = []
    for part in text.split("\n\n"):
        one = ServerSent()
        for line in part.split("\n"):
            name, _, value = line.partition(": ")
            if name in {"event", "id"}:
                setattr(one, name, value)
            elif name == "data":
                one.data += f"{value}\n"
        if one != ServerSent():
            told.append(one)
    return told
