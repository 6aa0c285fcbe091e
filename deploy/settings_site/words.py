"""The site's words in both languages. Next stop: templates/."""

from collections.abc import Mapping

LANGUAGES = ("ja", "en")

WORDS: Mapping[str, tuple[str, str]] = {
    "site": ("Arcstar Smart PBX Web設定変更サイト", "Arcstar Smart PBX settings site"),
    "skip": ("本文へ移動", "Skip to content"),
    "overview": ("設定の概要", "Overview"),
    "extensions": ("内線番号", "Extensions"),
    "numbers": ("外線番号", "Numbers"),
    "forwarding": ("着信転送", "Call forwarding"),
    "menu": ("メニュー", "Menu"),
    "contract": ("契約番号", "Contract number"),
    "company": ("会社名", "Company"),
    "person": ("ご利用者", "User"),
    "sama": ("{name} 様", "{name}"),
    "log-out": ("ログアウト", "Log out"),
    "to-portal": ("ビジネスポータルへ戻る", "Back to Business Portal"),
    "count": ("{n}件", "{n}"),
    "number": ("番号", "Number"),
    "name": ("名前", "Name"),
    "extension": ("内線番号", "Extension"),
    "rings": ("着信する内線", "Rings"),
    "nobody": ("なし", "None"),
    "rule": ("転送の条件", "When"),
    "target": ("転送先", "Forward to"),
    "ALWAYS": ("常に転送", "Always"),
    "BUSY": ("話し中のとき", "When busy"),
    "NO_ANSWER": ("応答しないとき", "When nobody answers"),
    "off": ("転送しない", "Not forwarded"),
    "add": ("追加", "Add"),
    "add-extension": ("内線番号を追加", "Add an extension"),
    "extension-help": ("3〜6桁の数字", "3 to 6 digits"),
    "name-help": ("40文字まで。省略できます", "Up to 40 characters, optional"),
    "target-help": ("電話番号または内線番号", "A phone number or an extension"),
    "save": ("保存", "Save"),
    "remove": ("削除", "Remove"),
    "of": ("{what}: {number}", "{what} {number}"),
    "saved": ("保存しました。", "Saved."),
    "none-numbers": ("この契約には外線番号がありません。", "This contract has no numbers."),
    "wrong.extension": ("内線番号は3〜6桁の数字で入力してください。", "An extension has 3 to 6 digits."),
    "wrong.name": ("名前は40文字までです。", "A name has up to 40 characters."),
    "wrong.many": ("内線番号をこれ以上追加できません。", "No more extensions can be added."),
    "wrong.number": ("外線番号が見つかりません。", "There is no such number."),
    "wrong.target": ("転送の条件と転送先を確認してください。", "Check when calls are forwarded, and where to."),
    "wrong.no-extension": ("内線番号が見つかりません。", "There is no such extension."),
    "closed": ("ログインしていません", "You are not logged in"),
    "closed.why": (
        "ビジネスポータルのサービス管理から「設定変更」を押して開いてください。",
        "Open this site from Business Portal: under Services, follow “Change settings”.",
    ),
    "ended": ("ログアウトしました", "You are logged out"),
    "ended.why": (
        "ビジネスポータルのログアウトに合わせて、この画面も終了しました。保存した設定は残っています。",
        "You were logged out of Business Portal, so this site closed too. What you saved is kept.",
    ),
    "goodbye": ("ログアウトしました", "You are logged out"),
    "goodbye.why": ("ビジネスポータルからもログアウトしました。", "You are logged out of Business Portal too."),
    "refused": ("この契約の設定は変更できません", "You may not change the settings of this contract"),
    "refused.why": (
        "設定変更の権限を会社のポータル管理者に確認してください。",
        "Ask your company's portal administrator for the permission.",
    ),
    "failed": ("ログインを続けられませんでした", "The login could not go on"),
    "failed.why": (
        "ビジネスポータルからもう一度開いてください。",
        "Open the site from Business Portal once more.",
    ),
    "away": ("ビジネスポータルが応答していません", "Business Portal does not answer"),
    "away.why": ("少し待ってからもう一度開いてください。", "Wait a moment, then open the site once more."),
    "missing": ("ページが見つかりません", "There is no such page"),
    "missing.why": ("アドレスを確認してください。", "Check the address."),
}


class Words:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._place = LANGUAGES.index(language)

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of a key with *values* in their places."""
        text = WORDS[key][self._place]
        return text.format_map(values) if values else text


def preferred(accepted: str) -> str:
    """Return the language to answer a browser in: Japanese unless it likes English better."""
    for part in accepted.lower().split(","):
        tag = part.partition(";")[0].strip()[:2]
        if tag in LANGUAGES:
            return tag
    return "ja" if not accepted else "en"
