"""M13: the company's picture: real ones are drawn anew, everything else is refused, the log knows their digest."""

import io
from hashlib import sha256

import pytest
from PIL import Image

from kernel.domain.errors import PreconditionFailed
from kernel.testing import given
from services.users.adapters.images import BOX, MOST_BYTES, Painter, redrawn
from services.users.application.image_handlers import NO_IMAGE
from services.users.domain.commands import ShowImage, Shown
from services.users.domain.errors import ImageRefused, ImageUnknown
from services.users.domain.events import TenantImageChanged
from services.users.domain.image import image
from tests.unit.users.pictures import NO_PICTURES, bomb, picture, talkative
from tests.unit.users.samples import AT, OTHER, TENANT
from tests.unit.users.world import World, by

SHOWN = Shown(digest="ab" * 32, size=10, width=4, height=2)
SHOW = ShowImage(tenant_id=TENANT, image=SHOWN, at=AT)
CHANGED = TenantImageChanged(tenant_id=TENANT, digest=SHOWN.digest, size=10, width=4, height=2, at=AT)
REMOVED = TenantImageChanged(tenant_id=TENANT, at=AT)


def reason(refused: ImageRefused) -> str:
    return str(refused.extra["errors"][0]["code"])


def test_m13_a_picture_is_shown_once_and_removed_once() -> None:
    given(image).when(SHOW).then(CHANGED)
    given(image, CHANGED).when(SHOW).then_nothing()
    given(image, CHANGED).when(ShowImage(tenant_id=TENANT, image=None, at=AT)).then(REMOVED)
    given(image, CHANGED, REMOVED).when(ShowImage(tenant_id=TENANT, image=None, at=AT)).then_nothing()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_m13_a_picture_becomes_a_small_png(kind: str) -> None:
    made = redrawn(picture(kind))
    with Image.open(io.BytesIO(made.png)) as drawn:
        assert drawn.format == "PNG"
        assert drawn.size == (made.shown.width, made.shown.height) == (307, 96)
        assert not drawn.info
    assert (made.shown.digest, made.shown.size) == (sha256(made.png).hexdigest(), len(made.png))


def test_m13_a_small_picture_keeps_its_size() -> None:
    assert (redrawn(picture(size=(32, 16))).shown.width, BOX[0]) == (32, 480)


def test_m13_nothing_that_came_with_a_picture_is_kept() -> None:
    sent = talkative()
    assert b"35.6812" in sent
    assert b"35.6812" not in redrawn(sent).png


@pytest.mark.parametrize("content", NO_PICTURES.values(), ids=NO_PICTURES)
def test_m13_pictures_that_are_none_are_refused(content: bytes) -> None:
    with pytest.raises(ImageRefused) as refused:
        redrawn(content)
    assert reason(refused.value) == "not-a-picture"


@pytest.mark.parametrize("size", [(1025, 10), (10, 1025)])
def test_m13_a_picture_with_too_many_points_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ImageRefused) as refused:
        redrawn(picture(size=size))
    assert reason(refused.value) == "too-many-pixels"
    redrawn(picture(size=(1024, 1024)))


@pytest.mark.parametrize("side", [2000, 60_000])
def test_m13_a_bomb_is_refused_before_it_unfolds(side: int) -> None:
    with pytest.raises(ImageRefused):
        redrawn(bomb(side))


async def test_m13_a_file_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(ImageRefused) as refused:
        await Painter()(b"\0" * (MOST_BYTES + 1))
    assert reason(refused.value) == "too-large"


async def test_m13_the_fact_names_the_picture_and_holds_nothing_of_it(world: World) -> None:
    await world.built.image.show(picture(), by())
    (fact,) = world.facts(TenantImageChanged)
    shown, png = await world.built.image.read(TENANT)
    assert (fact.digest, fact.size) == (sha256(png).hexdigest(), len(png)) == (shown.digest, shown.size)
    with pytest.raises(ImageUnknown):
        await world.built.image.read(OTHER)
    await world.built.image.remove(by())
    with pytest.raises(ImageUnknown):
        await world.built.image.read(TENANT)
    assert world.gallery.kept == {}


async def test_m13_one_wish_sent_twice_shows_one_picture(world: World) -> None:
    same = by()
    for _ in range(2):
        await world.built.image.show(picture(), same)
    assert len(world.facts(TenantImageChanged)) == 1


async def test_m7_a_picture_takes_the_place_of_the_one_that_was_seen_and_of_no_other(world: World) -> None:
    use, again = world.built.image, by()
    await use.show(picture(), again, NO_IMAGE)
    with pytest.raises(PreconditionFailed):
        await use.show(picture(size=(32, 16)), by(), NO_IMAGE)
    shown, _ = await use.read(TENANT)
    await use.show(picture(size=(32, 16)), by(), shown.digest)
    for seen in (shown.digest, NO_IMAGE):
        with pytest.raises(PreconditionFailed):
            await use.remove(by(), seen)
    assert len(world.facts(TenantImageChanged)) == 2
    await use.show(picture(), again, NO_IMAGE)
    assert len(world.facts(TenantImageChanged)) == 2, "what was done under a key is answered as before"
    last, _ = await use.read(TENANT)
    await use.remove(by(), last.digest)


async def test_m10_the_settings_history_shows_the_picture(world: World) -> None:
    await world.built.image.show(picture(), by())
    await world.built.image.remove(by())
    removed, shown = (await world.built.histories.of_policy(TENANT, 50)).items
    assert (shown.field, shown.old, removed.new) == ("image", None, None)
    assert shown.new == removed.old
    assert str(shown.new).startswith("307x96, ")
