"""What the users service needs of the world beside its log. Next stop: handlers.py."""

from collections.abc import Callable

Fingerprint = Callable[[str, str], bytes]
"""Returns the HMAC of a text in a scope: a mail address can be claimed without being kept."""
