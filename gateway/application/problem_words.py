"""What a refusal means, in both languages; programs go by the code, people read this. Next stop: front.py."""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "access-pending": (
        "変更は記録されましたが、まだ反映されていません。少し待ってからもう一度お試しください。",
        "The change is recorded and not in force yet. Try again in a moment.",
    ),
    "activation-expired": ("このリンクの有効期限が切れています。", "This link has expired."),
    "activation-frozen": (
        "確認に続けて失敗したため、このリンクは使えません。",
        "This link is frozen after too many failed confirmations.",
    ),
    "activation-replaced": (
        "新しいリンクが送られたため、このリンクは使えません。",
        "A newer link was sent, so this one no longer works.",
    ),
    "activation-revoked": (
        "このリンクの持ち主は、現在ポータルを利用できません。",
        "The person this link was sent to may not use the portal now.",
    ),
    "activation-unknown": ("リンクを確認できません。", "This link is not known."),
    "activation-used": ("このリンクはすでに使われています。", "This link has already been used."),
    "application-differs": (
        "同じ申込番号で内容の違う申し込みがあります。",
        "There is an application with this number and other content.",
    ),
    "busy": ("混み合っています。少し待ってからもう一度お試しください。", "Too busy now. Try again in a moment."),
    "code-wrong": ("コードが違います。", "The code is wrong."),
    "contract-unknown": ("契約が見つかりません。", "There is no such contract."),
    "credential-active": ("このユーザーの初期設定は完了しています。", "This user has already set everything up."),
    "credential-disabled": ("このユーザーは停止または削除されています。", "This user is suspended or deleted."),
    "credential-locked": (
        "続けて失敗したため、ログインできなくなっています。パスワード再設定で解除できます。",
        "Login is locked after too many failures. A password reset unlocks it.",
    ),
    "credential-not-active": (
        "このユーザーの初期設定はまだ完了していません。",
        "This user has not set a password yet.",
    ),
    "credential-unknown": ("ユーザーが見つかりません。", "There is no such user."),
    "credentials-wrong": ("メールアドレスまたはパスワードが違います。", "The mail address or the password is wrong."),
    "cross-site": ("別のサイトからの操作は受け付けません。", "Requests from another site are not accepted."),
    "csrf-refused": (
        "ページを開いてから時間がたっています。ページを読み込み直してください。",
        "The page is too old. Load it again.",
    ),
    "current-password-wrong": ("現在のパスワードが違います。", "The current password is wrong."),
    "cursor-unreadable": ("続きの位置を読み取れません。", "The cursor was not made by this list."),
    "denied": ("この操作をする権限がありません。", "You may not do this."),
    "email-taken": ("このメールアドレスはすでに使われています。", "This mail address is already in use."),
    "filling": (
        "表示の準備をしています。少し待ってからもう一度お試しください。",
        "What is shown is being prepared. Try again in a moment.",
    ),
    "group-built-in": ("このグループは変更も削除もできません。", "This group can neither be changed nor deleted."),
    "group-name-taken": ("同じ名前のグループがあります。", "There is a group with this name."),
    "group-unknown": ("グループが見つかりません。", "There is no such group."),
    "idempotency-key-malformed": ("Idempotency-Key の形式が違います。", "The Idempotency-Key is malformed."),
    "idempotency-key-missing": ("Idempotency-Key が必要です。", "An Idempotency-Key is required."),
    "idempotency-key-reused": (
        "この Idempotency-Key は別の内容で使われています。",
        "This Idempotency-Key was used with other content.",
    ),
    "identity-mismatch": ("入力された内容が登録と一致しません。", "What was entered does not match the registration."),
    "identity-not-confirmed": ("先に本人確認をしてください。", "Confirm who you are first."),
    "image-refused": ("この画像は使えません。", "This picture cannot be used."),
    "image-unknown": ("画像は登録されていません。", "There is no picture."),
    "invalid": ("入力内容に誤りがあります。", "Some of the input cannot be accepted."),
    "invalid-client": ("クライアントを確認できません。", "The client id or secret is wrong."),
    "invalid-scope": ("指定されたスコープはありません。", "None of the scopes is known."),
    "last-administrator": (
        "有効なポータル管理者がいなくなるため、この操作はできません。",
        "This would leave no active portal administrator.",
    ),
    "locked": ("ロックされています。", "It is locked."),
    "login-expired": (
        "ログインの有効期限が切れました。最初からやり直してください。",
        "The login has expired. Start again.",
    ),
    "method-has-no-code": (
        "認証アプリを使うため、コードは送られません。",
        "The authenticator app shows the code; none is mailed.",
    ),
    "method-not-allowed": ("この方法では呼び出せません。", "This method is not allowed here."),
    "network-excludes-you": (
        "この設定では、いまお使いのネットワークから利用できなくなります。",
        "With these networks you would shut yourself out.",
    ),
    "network-refused": ("このネットワークからは利用できません。", "The portal cannot be used from this network."),
    "not-found": ("見つかりません。", "There is nothing here."),
    "not-oneself": ("自分自身に対してはこの操作はできません。", "You cannot do this to yourself."),
    "password-refused": ("このパスワードは使えません。", "This password cannot be used."),
    "stale": ("開いている間に、ほかの人が変更しました。", "Somebody else changed this in the meantime."),
    "precondition-required": (
        "どの版に対する変更かが示されていません。",
        "The request does not say which version it changes.",
    ),
    "recovery-codes-shown": (
        "リカバリーコードはすでに表示されました。",
        "These recovery codes have been shown before.",
    ),
    "recovery-needs-totp": (
        "リカバリーコードは認証アプリを使う場合にだけ発行できます。",
        "Recovery codes are for people who use an authenticator app.",
    ),
    "session-missing": ("ログインしてください。", "Log in first."),
    "session-unknown": ("セッションが見つかりません。", "There is no such session."),
    "step-order": ("この手順はまだ、またはもう行えません。", "This step is not the one to do now."),
    "stream-moved": ("ほかの変更と重なりました。もう一度お試しください。", "Something else changed it. Try again."),
    "too-large": ("送信された内容が大きすぎます。", "What was sent is too large."),
    "too-many-tries": (
        "試行が多すぎます。時間をおいてからお試しください。",
        "Too many tries. Wait before the next one.",
    ),
    "unauthenticated": ("認証が必要です。", "Authentication is required."),
    "unavailable": (
        "いまは利用できません。少し待ってからもう一度お試しください。",
        "Not available now. Try again in a moment.",
    ),
    "user-unknown": ("ユーザーが見つかりません。", "There is no such user."),
}


def words(code: str, language: str) -> str | None:
    """Return what a code means in a language, None when it stands for nothing that people meet."""
    found = WORDS.get(code)
    return found[1 if language == "en" else 0] if found else None
