"""What an Idempotency-Key may be, wherever one comes in. Next stop: adapters/http/commands.py."""

from kernel.domain.errors import IdempotencyKeyMalformed

KEY_LENGTH = 200


def well_formed(key: str) -> str:
    """Return the key. Raises: IdempotencyKeyMalformed."""
    if not 0 < len(key) <= KEY_LENGTH or not (key.isascii() and key.isprintable()):
        raise IdempotencyKeyMalformed
    return key
