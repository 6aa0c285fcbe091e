"""What of the journey a browser does by itself: it keeps cookies, and goes on to the settings site. See: journey.py."""

import httpx


def browser(patience: float) -> httpx.Client:
    """Return a client that sends its cookies: browsers take this machine's own addresses for secure; httpx does not."""
    client = httpx.Client(timeout=patience)

    def carry(request: httpx.Request) -> None:
        request.headers["Cookie"] = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)

    client.event_hooks = {"request": [carry]}
    return client


def settings_page(portal: httpx.Client, site: httpx.Client, hop: str) -> str:
    """Go on from the portal as the two halves of a browser: the portal's cookies, and the site's; return the page."""
    begins = portal.get(hop).headers["location"]
    asks = site.get(begins).headers["location"]
    brings = portal.get(asks).headers["location"]
    page = site.get(httpx.URL(brings).join(site.get(brings).headers["location"]))
    page.raise_for_status()
    return str(page.url)
