"""People and groups worth looking at, for the sample company. Next stop: administration.py, which walks there."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from gateway.application.access import Action
from gateway.application.credentials import ActivationSent, CompanyLogin, CredentialState, LoginRecord, OwnSession
from gateway.application.directory import GroupName, HistoryEntry, Permission, Status
from gateway.application.mails import Mail, MailState, Receiver
from gateway.application.steps import Method
from gateway.application.viewer import Role
from tests.unit.gateway.fakes import EVERYBODY, GROUP, NOW, SESSION_ID, TENANT, USER
from tests.unit.gateway.fakes_boards import contract
from tests.unit.gateway.fakes_mail import FAILED, some_mail
from tests.unit.gateway.samples_people import ALL, COLLEAGUE, OTHER_SESSION, some_group, some_settings, somebody
from tests.unit.gateway.world import World

NAMES = ("高橋 次郎", "田中 三奈", "伊藤 司", "渡辺 美咲", "山本 健", "中村 彩", "小林 大輔", "加藤 由美")
STATUS = {1: Status.PENDING_ACTIVATION, 3: Status.SUSPENDED, 4: Status.LOCKED}
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1"
LONG = "株式会社北海道東北関東中部近畿中国四国九州総合物流ホールディングス第二事業本部カスタマーサポートセンター"


def user(number: int) -> UUID:
    """Return who stands at a place of the sample."""
    return UUID(int=COLLEAGUE.int + 100 + number)


def fill(world: World) -> None:
    """Give a world a few people in every state, three groups, sessions and logins."""
    directory = world.directory
    sales, everybody = GroupName(group_id=GROUP, name="営業部"), GroupName(group_id=EVERYBODY, name="全権限")
    directory.policy = some_settings()
    directory.kept[TENANT] = {
        USER: somebody(
            USER,
            "佐藤 花子",
            email="hanako.sato@example.co.jp",
            role=Role.PORTAL_ADMIN,
            title="総務部長",
            groups=(everybody,),
        ),
        COLLEAGUE: somebody(comment="4月に大阪支店から異動。\n電話の設定を担当。"),
    } | {
        user(n): somebody(
            user(n),
            name,
            email=f"user{n}@example.co.jp",
            status=STATUS.get(n, Status.ACTIVE),
            last_login_at=None if n == 1 else NOW - timedelta(days=11 * n, hours=n),
            groups=(sales,) if n % 2 else (),
            second_factor="MAIL_OTP" if n % 3 else "TOTP",
        )
        for n, name in enumerate(NAMES)
    }
    one = contract(1)
    directory.kept_groups[TENANT] = {
        EVERYBODY: some_group(EVERYBODY, "全権限", built_in=True, permissions=(ALL,)),
        GROUP: some_group(
            members=5,
            description="電話の利用状況を確認し、申し込みを行います。",
            permissions=(
                Permission(service_name="smart-pbx", actions=(Action.VIEW,)),
                Permission(service_name="smart-pbx", contract_id=one.contract_id, actions=(Action.VIEW, Action.EDIT)),
            ),
        ),
        user(90): some_group(user(90), "大阪支店 総務", members=0),
    }
    directory.entries = [
        HistoryEntry(
            at=NOW,
            by=f"user:{USER}",
            by_name="佐藤 花子",
            client_ip="203.0.113.7",
            user_agent=WINDOWS,
            field="role",
            old="GENERAL_USER",
            new="PORTAL_ADMIN",
        ),
        HistoryEntry(
            at=NOW - timedelta(days=2),
            by=f"user:{USER}",
            by_name="佐藤 花子",
            client_ip="2001:db8:85a3::8a2e:370:7334",
            user_agent=PHONE,
            field="title",
            new="課長",
        ),
        HistoryEntry(
            at=NOW - timedelta(days=9), by="service:identity", field="status", old="PENDING_ACTIVATION", new="ACTIVE"
        ),
    ]
    _ways_in(world)
    _mails(world)


def _mails(world: World) -> None:
    people, now = world.directory.kept[TENANT], NOW
    people[COLLEAGUE] = replace(people[COLLEAGUE], mail_bounced_at=now, mail_bounce="DSN_5.2.2")
    world.mailroom.kept[TENANT] = {
        one.message_id: one
        for one in (
            _mail(0, state=MailState.IN_PROGRESS, try_times=3, sent_at=None, reason="SMTP_451", may_be_resent=False),
            _mail(1, template="MAIL_CODE", cause_type="portal.challenge.mail-code-issued.v1", may_be_resent=False),
            _mail(2, generation=2, cause_type="portal.message.resend-requested.v1", delayed="4.4.1"),
            _mail(3, message_id=FAILED, state=MailState.FAILED, reason="DSN_5.2.2"),
            _mail(4, template="PASSWORD_RESET", state=MailState.CANCELLED, reason="SUPERSEDED", sent_at=None),
            _mail(5, receiver=None, user_id=user(700), state=MailState.CANCELLED, reason="NO_RECIPIENT", sent_at=None),
        )
    }


def _mail(number: int, **changes: Any) -> Mail:
    at = NOW - timedelta(hours=number)
    mail = some_mail(UUID(int=FAILED.int + 100 + number), queued_at=at, sent_at=at)
    next_try = at + timedelta(minutes=2) if changes.get("state") is MailState.IN_PROGRESS else None
    return replace(mail, next_try_at=next_try, **changes)


def _ways_in(world: World) -> None:
    sent = ActivationSent(state="OPEN", expires_at=NOW + timedelta(hours=50))
    world.credentials.known |= {
        COLLEAGUE: CredentialState(state="ACTIVE", second_factor="TOTP", last_login_at=NOW),
        user(1): CredentialState(state="PENDING_ACTIVATION", second_factor="TOTP", activation=sent),
        user(4): CredentialState(state="LOCKED", second_factor="TOTP", locked_at=NOW - timedelta(hours=3)),
    }
    world.credentials.own = [
        OwnSession(
            session_id=SESSION_ID,
            started_at=NOW,
            method="TOTP",
            client_ip="203.0.113.7",
            user_agent=WINDOWS,
            current=True,
        ),
        OwnSession(
            session_id=OTHER_SESSION,
            started_at=NOW - timedelta(hours=5),
            method="TOTP",
            client_ip="2001:db8:85a3::8a2e:370:7334",
            user_agent=PHONE,
        ),
    ]
    world.credentials.records = [
        LoginRecord(
            at=NOW - timedelta(hours=n), outcome=outcome, method="TOTP", client_ip="203.0.113.7", user_agent=WINDOWS
        )
        for n, outcome in enumerate(("PASSED", "CODE_WRONG", "PASSWORD_WRONG", "LOCKED", "PASSED"))
    ]
    world.credentials.company[TENANT] = [
        CompanyLogin(
            user_id=(USER, COLLEAGUE, user(9))[n % 3],
            at=NOW - timedelta(minutes=17 * n),
            outcome=outcome,
            method="TOTP" if outcome != "PASSWORD_WRONG" else None,
            client_ip="203.0.113.7" if n % 2 else "2001:db8:85a3::8a2e:370:7334",
            user_agent=(WINDOWS, PHONE)[n % 2],
        )
        for n, outcome in enumerate(("PASSED", "CODE_WRONG", "PASSWORD_WRONG", "PASSED") * 20)
    ]


def crowd(world: World) -> None:
    """Give a world names as long as they come, more people than a page lists and many groups."""
    directory = world.directory
    groups = {user(1000 + n): some_group(user(1000 + n), f"{LONG[:40]} {n}") for n in range(40)}
    directory.kept_groups[TENANT] |= groups
    named = tuple(GroupName(group_id=one.group_id, name=one.name) for one in groups.values())
    directory.kept[TENANT] |= {
        user(2000 + n): somebody(
            user(2000 + n),
            ("ヴォルフェシュレーゲルシュタインハウゼンベルガードルフ 長三郎左衛門", "W" * 60)[n % 2],
            email=f"{'very-long-address-' * 3}{n}@{'department.' * 4}example.co.jp",
            title=LONG,
            phone_number="+81-3-1234-5678-9012-3456",
            groups=named if n % 2 else (directory.kept[TENANT][COLLEAGUE].groups),
            comment=LONG * 4,
            status=tuple(Status)[n % 4],
        )
        for n in range(120)
    }
    world.mailroom.kept[TENANT] |= {
        user(3000 + n): some_mail(
            user(3000 + n),
            user_id=user(2000 + n),
            receiver=Receiver(name=one.name, email=one.email),
            cause_type=f"portal.{'something-' * 5}happened.v1",
            state=tuple(MailState)[n % 5],
            reason="DSN_5.7.26" if n % 5 == 4 else None,
        )
        for n, one in enumerate(list(directory.kept[TENANT].values())[-70:])
    }
    row = directory.kept_groups[TENANT][GROUP]
    directory.kept_groups[TENANT][GROUP] = replace(row, name=LONG, description=LONG * 3, members=120)
    directory.policy = replace(
        directory.policy,
        allowed_networks=tuple(f"2001:db8:{n:x}::/48" for n in range(60)),
        second_factors=(Method.TOTP,),
    )
