"""The six entries of the menu, in the order of the product's guide, and the operators'. Next stop: dashboard.py."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.application.viewer import Viewer


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry, with its words in both languages."""

    id: str
    href: str
    ja: str
    en: str

    def label(self, language: str) -> str:
        """Return the entry's words."""
        return self.en if language == "en" else self.ja


MENU = (
    MenuEntry("serviceStatus", "/service-status", "サービス運用状況", "Service status"),
    MenuEntry("serviceManagement", "/services", "サービス管理", "Services"),
    MenuEntry("maintenance", "/maintenance", "メンテナンス工事情報", "Maintenance"),
    MenuEntry("applications", "/applications", "申し込み", "Applications"),
    MenuEntry("settings", "/settings", "設定", "Settings"),
    MenuEntry("help", "/help", "ヘルプ", "Help"),
)

OPS = MenuEntry("ops", "/ops", "運用監視", "Operations")
"""What only the platform's operators see."""
_OF_EVERYBODY = frozenset({"settings", "help"})


def entries(viewer: Viewer | None) -> Sequence[MenuEntry]:
    """Return the entries of a person's pages; who operates the platform buys nothing that is shown here."""
    if viewer is None or viewer.operator is None:
        return MENU
    return (OPS, *(entry for entry in MENU if entry.id in _OF_EVERYBODY))
