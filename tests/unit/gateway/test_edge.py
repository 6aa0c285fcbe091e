"""Who may come in at all, and what every answer carries."""

from collections.abc import Mapping

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from gateway.adapters.edge import Edge
from gateway.adapters.edge_rules import CSP, EdgeRules
from gateway.application import cookies

PUBLIC = "https://portal.example.co.jp"


async def inner(scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer who asks, setting a cookie."""
    scope["state"][cookies.STATE] = {"__Host-x": ("value", None)}
    body = str((scope.get("client") or ("nobody",))[0]).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"cache-control", b"max-age=60")]})
    await send({"type": "http.response.body", "body": body})


def client(peer: str = "192.0.2.1", proxies: tuple[str, ...] = (), url: str = PUBLIC) -> httpx.AsyncClient:
    rules = EdgeRules(public_url=PUBLIC, allowed_hosts=["127.0.0.1:8080"], trusted_proxies=proxies)
    return httpx.AsyncClient(transport=httpx.ASGITransport(Edge(inner, rules), client=(peer, 1)), base_url=url)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
async def test_every_answer_carries_the_security_headers(method: str) -> None:
    async with client() as http:
        headers = (await http.request(method, "/")).headers
    assert headers["content-security-policy"] == CSP
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["strict-transport-security"].startswith("max-age=")
    assert headers["permissions-policy"]
    assert headers["cache-control"] == "no-store"


def test_the_policy_allows_no_inline_script_or_style() -> None:
    assert "unsafe" not in CSP
    assert "frame-ancestors 'none'" in CSP
    assert "script-src 'self'" in CSP


async def test_a_cookie_belongs_to_this_host_alone() -> None:
    async with client() as http:
        cookie = (await http.get("/")).headers["set-cookie"]
    assert cookie == "__Host-x=value; Path=/; Secure; HttpOnly; SameSite=Lax"


async def test_only_static_files_may_be_kept_by_a_browser() -> None:
    async with client() as http:
        assert (await http.get("/static/theme.css")).headers["cache-control"] == "max-age=60"


@pytest.mark.parametrize("host", ["evil.example", "portal.example.co.jp.evil.example", "portal.example.co.jp:81", ""])
async def test_an_unknown_host_is_misdirected(host: str) -> None:
    async with client() as http:
        answer = await http.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "misdirected"
    assert answer.headers["content-security-policy"] == CSP


@pytest.mark.parametrize(
    "host", ["portal.example.co.jp", "PORTAL.example.co.jp", "portal.example.co.jp:443", "127.0.0.1:8080"]
)
async def test_the_public_host_and_those_of_the_settings_are_let_in(host: str) -> None:
    async with client() as http:
        assert (await http.get("/", headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "forged",
    [
        {"x-forwarded-host": "evil.example"},
        {"forwarded": "host=evil.example;for=198.51.100.9"},
        {"x-forwarded-for": "198.51.100.9"},
        {"x-real-ip": "198.51.100.9"},
        {"x-original-url": "/ops"},
        {"x-forwarded-proto": "http"},
    ],
)
async def test_cve_2025_69615_forged_forwarding_headers_change_nothing(forged: Mapping[str, str]) -> None:
    async with client() as http:
        answer = await http.get("/", headers=forged)
    assert (answer.status_code, answer.text) == (200, "192.0.2.1")


async def test_behind_a_trusted_proxy_the_caller_is_who_the_proxy_saw() -> None:
    async with client("10.0.0.5", ("10.0.0.0/8",)) as http:
        answer = await http.get("/", headers={"x-forwarded-for": "203.0.113.1, 198.51.100.9, 10.0.0.7"})
    assert answer.text == "198.51.100.9"


async def test_a_proxy_that_says_nonsense_is_itself_the_caller() -> None:
    async with client("10.0.0.5", ("10.0.0.0/8",)) as http:
        assert (await http.get("/", headers={"x-forwarded-for": "<script>"})).text == "10.0.0.5"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": PUBLIC}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "http://portal.example.co.jp"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": PUBLIC}, 403),
    ],
)
async def test_a6_another_site_changes_nothing(headers: Mapping[str, str], status: int) -> None:
    async with client() as http:
        assert (await http.post("/api/v1/login", headers=headers)).status_code == status
        assert (await http.get("/api/v1/session", headers=headers)).status_code == 200


async def test_a_form_of_an_older_browser_hides_its_origin_and_is_left_to_its_token() -> None:
    async with client() as http:
        assert (await http.post("/", headers={"origin": "null"})).status_code == 200


async def test_over_a_plain_address_transport_security_is_not_promised() -> None:
    rules = EdgeRules(public_url="http://localhost:8080")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Edge(inner, rules)), base_url="http://localhost:8080"
    ) as http:
        assert "strict-transport-security" not in (await http.get("/")).headers
