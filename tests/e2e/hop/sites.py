"""A person's plain browser at the stand-in, beside their browser at the portal."""

from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import httpx

from tests.e2e.portal import Browser


class Site:
    """Keeps the site's cookies, and follows no way by itself."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.AsyncClient(base_url=url, timeout=30)
        self.cookies: dict[str, str] = {}

    async def get(self, address: str, **headers: str) -> httpx.Response:
        """Open an address of the site."""
        return await self._sent("GET", address, None, headers)

    async def post(self, address: str, **form: str) -> httpx.Response:
        """Send a form of the site."""
        return await self._sent("POST", address, form, {})

    async def comes(self, portal: Browser, path: str) -> httpx.Response:
        """Go from a page of the portal to the site as a browser does; return the page on which it ends."""
        return await self.arrives(await self.code(portal, path))

    async def code(self, portal: Browser, path: str) -> str:
        """Go as far as the address that carries the code."""
        onward = await portal.page(path, follow=False)
        assert onward.status_code == 303, onward.text
        while urlsplit(onward.headers["location"]).path.startswith("/hop"):
            onward = await portal.page(onward.headers["location"], follow=False)
        assert onward.headers["location"].startswith(f"{self.url}/login?"), onward.headers["location"]
        wish = (await self.get(onward.headers["location"])).headers["location"]
        granted = await portal.page(wish, follow=False)
        assert granted.headers["location"].startswith(f"{self.url}/callback?"), granted.text
        return str(granted.headers["location"])

    async def arrives(self, address: str) -> httpx.Response:
        """Open the address that carries a code, and what follows."""
        answer = await self.get(address)
        return await self.get("/") if answer.status_code == 303 else answer

    async def is_in(self) -> bool:
        """Return whether the site still lets this browser in."""
        return (await self.get("/")).status_code == 200

    async def close(self) -> None:
        """Close the connection."""
        await self.http.aclose()

    async def _sent(
        self, method: str, address: str, form: dict[str, str] | None, headers: dict[str, str]
    ) -> httpx.Response:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        given = {"accept": "text/html", "accept-language": "ja", **({"cookie": cookie} if cookie else {}), **headers}
        answer = await self.http.request(method, address, data=form, headers=given)
        for header in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(header).items():
                self.cookies.pop(name, None)
                if morsel.value and morsel.value != "null" and morsel["max-age"] != "0":
                    self.cookies[name] = morsel.value
        return answer
