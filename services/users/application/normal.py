"""The one form that all spellings of a text share, for claims and for searching. Next stop: handlers.py."""

import unicodedata


def normal(text: str) -> str:
    """Return a mail address or name in the one form that all its spellings share."""
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    # Folding may leave a letter and its mark apart again.
    return unicodedata.normalize("NFKC", folded)
