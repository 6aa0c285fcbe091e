"""The streams that a number names: their ids follow from it, so the same number is the same stream. Next: domain/."""

from uuid import UUID, uuid5

_INCIDENTS = UUID("5a0c2f4e-8d0b-5c6e-9a51-0d4b5f8e6a01")
_MAINTENANCES = UUID("5a0c2f4e-8d0b-5c6e-9a51-0d4b5f8e6a02")
_EARLY = UUID("5a0c2f4e-8d0b-5c6e-9a51-0d4b5f8e6a03")


def incident_stream(incident_number: str) -> UUID:
    """Return the stream of an incident."""
    return uuid5(_INCIDENTS, incident_number)


def maintenance_stream(maintenance_number: str) -> UUID:
    """Return the stream of planned work."""
    return uuid5(_MAINTENANCES, maintenance_number)


def early_stream(contract_number: str) -> UUID:
    """Return the stream of what was said of a contract before it came."""
    return uuid5(_EARLY, contract_number)
