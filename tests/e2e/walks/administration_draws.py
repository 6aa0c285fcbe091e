"""What is drawn for a step: who does it, names, roles, permissions, what is looked for. Next: the machine."""

import hypothesis.strategies as st

from tests.e2e.walks.administration_model import (
    ADMIN,
    GENERAL,
    Permission,
)

CONTRACTS = 2
SERVICE = "smart-pbx"

CLIENTS = st.sampled_from((0, 2, 3, 0, 2, 1))
"""The heads of both companies, who may administer, more often than the others."""
NAMES = st.sampled_from(
    ("佐藤 葵", "サトウ アオイ", "ｻﾄｳ ｱｵｲ", "Aoi Sato", "AOI SATO", "=1+1", "<b>葵</b>", "ë\u0308葵", "ا葵")
)
TEAM_NAMES = st.sampled_from(("営業", "Sales", "SALES", "ｾｰﾙｽ", "セールス", "全権限", "Z"))
ADDRESSES = st.sampled_from(("a", "A", "b", "B.b", "c", "d"))
ROLES = st.sampled_from((ADMIN, GENERAL))
SEARCHES = st.sampled_from(("", "葵", "サトウ", "sato", "SATO AOI", "walk.", "%", "_", "<b>"))
ACTIONS = st.sampled_from((("VIEW",), ("EDIT",), ("VIEW", "EDIT", "CONFIGURE")))
PERMISSIONS: st.SearchStrategy[tuple[Permission, ...]] = st.lists(
    st.one_of(
        st.tuples(st.just("*"), st.none(), ACTIONS),
        st.tuples(st.just(SERVICE), st.one_of(st.none(), st.integers(0, CONTRACTS - 1)), ACTIONS),
    ),
    max_size=2,
    unique_by=lambda one: one[:2],
).map(tuple)
SORTS = st.sampled_from(("name", "email", "status"))
STATUSES = st.sampled_from((None, "ACTIVE", "SUSPENDED", "PENDING_ACTIVATION"))
