"""The words of the pages, and what their files may hold."""

import re
from pathlib import Path

import pytest

from gateway.application.problem_words import WORDS
from gateway.web.assets import SCRIPTS, STATIC, plot_style, style
from gateway.web.site import TEMPLATES, site
from gateway.web.words import LANGUAGES, Text, read_words
from tests.unit.gateway.reading import person, read
from tests.unit.gateway.world import World

FILES = sorted(TEMPLATES.rglob("*.html"))
SUBJECT = "ユーザ登録受付メール"
"""The mail's subject is a quotation, in the spelling of its time."""


def texts(language: str) -> dict[str, str]:
    return {key: spoken(text) for key, text in read_words(language).texts.items()}


def spoken(text: Text) -> str:
    return text if isinstance(text, str) else " ".join(text)


def test_both_languages_have_the_same_words_with_the_same_places() -> None:
    japanese, english = texts("ja"), texts("en")
    assert japanese.keys() == english.keys()
    for key, text in japanese.items():
        assert text, key
        assert english[key], key
        assert set(re.findall(r"{(\w+)}", text)) - {"n"} == set(re.findall(r"{(\w+)}", english[key])) - {"n"}, key


def test_every_key_that_a_template_names_has_words() -> None:
    known = texts("ja")
    for file in FILES:
        for key in re.findall(r'\bt\("([^"]+)"(?! ~)', file.read_text()):
            assert key in known, f"{file.name}: {key}"


def test_no_words_are_left_that_no_page_says() -> None:
    said = "".join(file.read_text() for file in [*FILES, *Path("gateway/web").glob("*.py")])
    begun = re.findall(r't\("([^"]+\.)" ~', said) + re.findall(r'f"([a-z][\w.-]*\.){', said)
    begun += [*re.findall(r'": "([a-z][\w.-]*\.)"', said), "login.notice."]
    ended = re.findall(r'f"{words}(\.\w+)"', said) + re.findall(r'key ~ "(\.\w+)"', said)
    for key in texts("ja"):
        stems = [key, *(key.removesuffix(end) for end in ended if key.endswith(end))]
        named = any(f'"{stem}"' in said or f"'{stem}'" in said for stem in stems)
        assert named or key.startswith(tuple(begun)), key


def test_every_problem_has_advice() -> None:
    known = texts("ja")
    for code in WORDS:
        assert f"problem.{code}" in known, code


@pytest.mark.parametrize("code", sorted(WORDS))
async def test_the_type_of_every_problem_is_a_page(world: World, code: str) -> None:
    for language in LANGUAGES:
        async with person(world, language) as http:
            answer = await http.get(f"/help/problems/{code}")
        assert answer.status_code == 200
        assert code in read(answer).text


async def test_a_problem_that_does_not_exist_has_no_page(world: World) -> None:
    async with person(world) as http:
        assert (await http.get("/help/problems/made-up")).status_code == 404


@pytest.mark.parametrize(("language", "words"), [("ja", "迷惑メール"), ("en", "spam folder")])
async def test_s10_a_page_explains_the_first_login_in_both_languages(world: World, language: str, words: str) -> None:
    async with person(world, language) as http:
        answer = await http.get("/help/tutorial/firstlogin/")
        assert words in answer.text
        assert "/help/tutorial/firstlogin/" in {href for href, _ in read(await http.get("/help")).links}


def test_s46_a_user_is_always_written_the_same_way() -> None:
    said = "".join(texts("ja").values()) + "".join(file.read_text() for file in FILES)
    assert not re.search(r"ユーザ(?!ー)", said.replace(SUBJECT, ""))


def test_no_template_carries_script_or_style_of_its_own() -> None:
    for file in FILES:
        text = file.read_text()
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=)|javascript:", text), file.name


def test_all_styles_together_stay_small() -> None:
    assert len(style()) < 30_000
    assert b"url(" not in style()


async def test_files_have_the_address_of_their_content_and_are_kept_for_ever(world: World) -> None:
    address = site().assets.address("portal.css")
    async with person(world) as http:
        packed = await http.get(address, headers={"accept-encoding": "gzip"})
        plain = await http.get(address, headers={"accept-encoding": "identity"})
        other = await http.get("/static/portal.000000000000.css")
    assert packed.headers["content-encoding"] == "gzip"
    assert "immutable" in packed.headers["cache-control"]
    assert packed.text == plain.text == style().decode()
    assert "content-encoding" not in plain.headers
    assert (other.status_code, other.headers["cache-control"]) == (404, "no-store")


def test_our_own_scripts_stay_small() -> None:
    ours = [STATIC / name for name in SCRIPTS if name.startswith("js/")]
    assert sum(len(file.read_bytes()) for file in ours) < 6_000


def test_what_pages_with_lines_take_beside_stays_small() -> None:
    assert len((STATIC / "plots" / "plots.js").read_bytes()) < 5_000
    assert len(plot_style()) < 5_000
    assert b"url(" not in plot_style()
