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
    "already-ordered": (
        (
            "この操作は一度指示され、記録されていますが、実行されなかった可能性もあります。"
            "結果を確認し、もう一度行う場合は理由を入力し直してください。"
        ),
        (
            "This was ordered once and is on record, but may not have been done. "
            "See what came of it; to order it again, give a reason again."
        ),
    ),
    "already-publishing": (
        "このトピックは再送中です。終わってからもう一度お試しください。",
        "This topic is being published again. Try again when that is done.",
    ),
    "already-shown": (
        (
            "この理由での表示は一度指示され、記録されていますが、表示されなかった可能性もあります。"
            "もう一度見るには、理由を入力し直してください。"
        ),
        "This was asked for before and is on record, but may not have been shown. To see it, give a reason again.",
    ),
    "application-differs": (
        "同じ申込番号で内容の違う申し込みがあります。",
        "There is an application with this number and other content.",
    ),
    "authorization-refused": (
        "接続元のサイトを確認できないため、ログインを続けられません。",
        "The site that asked for this login is not known, so it cannot go on.",
    ),
    "application-goes-back": (
        "申し込みの手続きは、それより先に進んでいます。",
        "The work on the application is further than that.",
    ),
    "application-over": (
        "この申し込みの手続きは終わっています。",
        "The application is completed or was given up.",
    ),
    "application-unknown": (
        "申し込みが見つかりません。",
        "There is no such application.",
    ),
    "busy": ("混み合っています。少し待ってからもう一度お試しください。", "Too busy now. Try again in a moment."),
    "calendar-unknown": (
        "このカレンダーのURLは使えません。",
        "This calendar address does not work.",
    ),
    "code-wrong": ("コードが違います。", "The code is wrong."),
    "codes-spent": (
        "認証コードの間違いが続いたため、1日ほど認証コードを受け付けません。",
        "Too many codes were wrong. For a day, none is accepted.",
    ),
    "contract-unknown": ("契約が見つかりません。", "There is no such contract."),
    "service-unknown": ("このサービスの契約が見つかりません。", "There is no contract of such a service."),
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
    "incident-closed": (
        "この故障・障害の対応は完了しています。",
        "The incident is closed.",
    ),
    "incident-differs": (
        "同じ番号で内容の違う故障・障害があります。",
        "There is an incident with this number and other content.",
    ),
    "incident-goes-back": (
        "対応はすでに始まっています。",
        "The work on the incident has begun.",
    ),
    "incident-unknown": (
        "故障・障害の情報が見つかりません。",
        "There is no such incident.",
    ),
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
    "mail-not-refusable": (
        "受け取らない設定にできないメールが含まれています。",
        "Some of these mails cannot be refused.",
    ),
    "message-not-resendable": (
        "このメールは再送できません。認証コードと、有効期限が切れたリンクは再送されません。",
        "This mail cannot be sent again. Codes, and links that have expired, are never mailed twice.",
    ),
    "message-resent-already": ("このメールはすでに再送されています。", "This mail was sent again already."),
    "message-still-waiting": (
        "このメールはまだ送信中です。送信が終わってから再送してください。",
        "This mail is still being sent. Send it again only after that has ended.",
    ),
    "receiver-gone": (
        "このメールの宛先だったユーザーは、もういません。",
        "Whom this mail went to is no user any more.",
    ),
    "message-unknown": ("メールが見つかりません。", "There is no such mail."),
    "login-method-ended": (
        "メールの認証コードは使えなくなりました。認証アプリを設定するためのリンクをメールで送りました。",
        "Codes by mail are accepted no more. A link to set up the authenticator app was mailed to you.",
    ),
    "maintenance-differs": (
        "同じ番号で内容の違う工事があります。",
        "There is work with this number and other content.",
    ),
    "maintenance-not-begun": (
        "工事はまだ始まっていません。",
        "The work has not begun.",
    ),
    "maintenance-over": (
        "この工事は終了または中止されています。",
        "The work is done or was called off.",
    ),
    "maintenance-unknown": (
        "メンテナンス工事が見つかりません。",
        "There is no such maintenance work.",
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
    "operator-only": ("この操作は運用担当者だけができます。", "Only an operator of the platform may do this."),
    "not-found": ("見つかりません。", "There is nothing here."),
    "nothing-parked": ("これはもう保留されていません。", "Nothing of this is parked any more."),
    "not-oneself": ("自分自身に対してはこの操作はできません。", "You cannot do this to yourself."),
    "passkey-refused": ("このパスキーは登録できません。", "This passkey cannot be added."),
    "passkey-unknown": ("パスキーが見つかりません。", "There is no such passkey."),
    "passkey-wrong": ("パスキーを確認できませんでした。", "The passkey could not be confirmed."),
    "passkeys-full": ("パスキーはこれ以上追加できません。", "No more passkeys can be added."),
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
    "second-factor-forbidden": (
        "会社の設定により、この方法は使えません。",
        "The company's settings do not allow this method.",
    ),
    "session-missing": ("ログインしてください。", "Log in first."),
    "session-unknown": ("セッションが見つかりません。", "There is no such session."),
    "step-up-needed": (
        "もう一度、パスワードと認証コードで本人確認をしてください。",
        "Show again that it is you, with password and code.",
    ),
    "settings-denied": (
        "この契約の設定を変更する権限がありません。",
        "You may not change the settings of this contract.",
    ),
    "settings-site-away": (
        "設定サイトが応答していません。",
        "The settings site does not answer.",
    ),
    "settings-site-missing": (
        "このサービスには設定変更サイトがありません。",
        "There is no settings site for this service.",
    ),
    "step-order": ("この手順はまだ、またはもう行えません。", "This step is not the one to do now."),
    "stream-moved": ("ほかの変更と重なりました。もう一度お試しください。", "Something else changed it. Try again."),
    "too-large": ("送信された内容が大きすぎます。", "What was sent is too large."),
    "too-many-imported": (
        "1時間に登録・確認できる人数の上限に達しました。時間をおいてから、同じファイルをもう一度登録してください。",
        "As many people as may be added or tried within an hour have been. Add the same file again later.",
    ),
    "too-many-unmailed": (
        "初期設定のメールを送っていないユーザーが上限に達しました。メールを送るか、不要なユーザーを削除してください。",
        "As many users as may wait for their first mail are waiting. Mail some of them, or delete those not needed.",
    ),
    "too-many-streams": (
        "同じログインで開いている画面が多すぎます。使っていない画面を閉じてください。",
        "Too many windows of this login are open. Close those that are not used.",
    ),
    "too-many-tries": (
        "試行が多すぎます。時間をおいてからお試しください。",
        "Too many tries. Wait before the next one.",
    ),
    "trusted-browser-ended": (
        "このブラウザーの信頼が終了しました。もう一度ログインしてください。",
        "This browser is trusted no more. Log in again.",
    ),
    "trusted-browser-unknown": (
        "このブラウザーは信頼されていません。",
        "No such browser is trusted.",
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
