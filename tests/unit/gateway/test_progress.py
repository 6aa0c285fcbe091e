"""The fake progress that the gateway's tests rest on holds what the real one does."""

from dataclasses import dataclass, field

import pytest

from tests.ports.progress import OWN, ProgressContract
from tests.unit.gateway.fakes import FakeProgress


@dataclass
class Played:
    """The fake, told by hand."""

    progress: FakeProgress = field(default_factory=FakeProgress)

    async def touch(self, *keys: str) -> None:
        self.progress.took(keys)

    async def miss(self) -> None:
        self.progress.touched.lost()


class TestFakeProgress(ProgressContract):
    @pytest.fixture
    def heard(self) -> Played:
        return Played()

    async def test_who_hears_nothing_keeps_nothing(self, heard: Played) -> None:
        mark = heard.progress.mark()
        heard.progress.deaf = True
        assert heard.progress.mark() is None
        assert not heard.progress.untouched(mark, [OWN])
