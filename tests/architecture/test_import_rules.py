"""The rules about who may import whom are kept, and each of them would find a breach."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PRODUCT = ("kernel", "services", "gateway", "deploy")
LINTER = Path(sys.executable).with_name("lint-imports")

BREACHES = [
    ("Services and the gateway meet in JSON", "services/users/application/handlers.py", "services.contracts.domain"),
    ("Services and the gateway meet in JSON", "gateway/clients/users.py", "services.users.domain.events"),
    ("Services and the gateway meet in JSON", "services/notifier/consumers/users.py", "gateway.sources.users"),
    ("The kernel knows no service", "kernel/adapters/process.py", "services.users"),
    ("The kernel knows no service", "kernel/application/execute.py", "gateway.settings"),
    ("What is shipped needs no tool", "services/identity/domain/credential.py", "deploy.places"),
    ("What is shipped needs no tool", "gateway/front.py", "bench"),
    ("What is shipped needs no tool", "kernel/testing/__init__.py", "pytest"),
    ("The stand-in knows the portal", "deploy/settings_site/portal.py", "kernel.adapters.http.tokens"),
    ("The stand-in knows the portal", "deploy/settings_site/visits.py", "gateway.application.session"),
    ("What is shipped uses no fake", "services/users/application/handlers.py", "kernel.testing"),
    ("In the kernel imports point inwards", "kernel/application/execute.py", "kernel.adapters.clock"),
    ("In a service imports point inwards", "services/users/domain/user.py", "services.users.application.handlers"),
    ("In a service imports point inwards", "services/users/application/handlers.py", "services.users.api.schemas"),
    ("In a service imports point inwards", "services/users/api/routes.py", "services.users.consumers.contracts"),
    ("In a service imports point inwards", "services/users/consumers/contracts.py", "services.users.main"),
    ("In the gateway imports point inwards", "gateway/application/session.py", "gateway.api.health"),
    ("In the gateway imports point inwards", "gateway/sources/users.py", "gateway.projections.person"),
    ("Applications and projections reach", "services/contracts/application/handlers.py", "asyncpg"),
    ("Applications and projections reach", "gateway/projections/person.py", "kernel.adapters.clock"),
    ("The kernel's domain is", "kernel/domain/event.py", "pydantic"),
    ("The kernel's domain is", "kernel/domain/event.py", "random"),
    ("A domain is pure", "services/identity/domain/credential.py", "fastapi"),
    ("A domain is pure", "services/contracts/domain/contract.py", "kernel.application.ports"),
    ("A domain is pure", "services/contracts/domain/contract.py", "time"),
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of all that the rules are about."""
    copied = tmp_path_factory.mktemp("tree")
    for name in PRODUCT:
        shutil.copytree(PROJECT / name, copied / name, ignore=_only_code)
    (copied / "tests" / "architecture").mkdir(parents=True)
    for name in (".importlinter", "tests/architecture/only.py"):
        shutil.copy(PROJECT / name, copied / name)
    return copied


def lint(folder: Path) -> tuple[int, str]:
    """Return what import-linter says of a tree; its words in one line each, for it breaks them to the screen."""
    done = subprocess.run(  # noqa: S603 - our own tool
        [LINTER, "--no-logo", "--no-cache"], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def test_the_rules_are_kept(tree: Path) -> None:
    status, said = lint(tree)
    assert status == 0, said


@pytest.mark.parametrize(("rule", "file", "imported"), BREACHES)
def test_a_breach_is_found(tree: Path, rule: str, file: str, imported: str) -> None:
    changed = tree / file
    before = changed.read_text()
    changed.write_text(f"{before}\nimport {imported}  # a breach\n")
    try:
        status, said = lint(tree)
    finally:
        changed.write_text(before)
    assert status == 1, said
    broken = said.partition("Broken contracts")[2]
    assert rule in broken


def test_a_module_outside_the_layers_is_found(tree: Path) -> None:
    stray = tree / "services" / "users" / "helpers.py"
    stray.touch()
    try:
        status, said = lint(tree)
    finally:
        stray.unlink()
    assert status == 1
    assert "services.users.helpers" in said


def test_no_folder_is_hidden_from_the_rules() -> None:
    files = [file for name in PRODUCT for file in (PROJECT / name).rglob("*.py")]
    assert len(files) > 100
    assert {file.parent for file in files if not (file.parent / "__init__.py").exists()} == set()


def _only_code(_folder: str, names: list[str]) -> set[str]:
    return {name for name in names if "." in name and not name.endswith(".py")} | {"__pycache__", "static"}
