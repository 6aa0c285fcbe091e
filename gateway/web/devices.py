"""What a person knows a device by: the browser's name and that of its system. Next stop: templates/settings/."""

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""What stands in a User-Agent header, the more special first: each of them also names those it descends from."""

SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device(user_agent: str | None) -> str:
    """Return `Chrome, Windows`; the start of the header where it names nothing known."""
    said = user_agent or ""
    names = [next((name for mark, name in known if mark in said), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in names if name) or said[:40]
