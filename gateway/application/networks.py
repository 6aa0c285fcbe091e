"""Networks that a company's people may come from, as they are typed and sent. Next stop: tenant_settings.py."""

from ipaddress import ip_network

MOST_NETWORKS = 100
"""Of one company, as the users service counts them."""


def network(text: str) -> str:
    """Return a network as it is always written. Raises: ValueError.

    Bits behind the prefix would be dropped in silence: whoever wrote 203.0.113.9/8 did not mean 203.0.0.0/8.
    """
    return str(ip_network(text.strip()))
