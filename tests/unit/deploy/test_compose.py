"""What the compose file says, read without Docker: nothing open, nothing secret in it, nothing missing."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.containers.project import FILE, ContainerProject
from deploy.image.giving import give
from deploy.places import PROJECT
from deploy.ports import Ports
from deploy.servers import kafka, postgres
from deploy.services import NAMES, project_version
from tests.containers import ONLY_EMBEDDED, kafka_variables

SAID: dict[str, Any] = yaml.safe_load(FILE.read_text())
PARTS: dict[str, dict[str, Any]] = SAID["services"]
LASTING = [name for name in PARTS if name not in {"prepare", "demo", "journey"}]
SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|POSTGRES_URL|KEYS_URL|REDIS_URL")
SHARED = {"kek.key", "pepper.key", "jwks.json"}
OWN_IN_CONTAINERS = {"LISTENERS", "ADVERTISED_LISTENERS", "LISTENER_SECURITY_PROTOCOL_MAP", "LOG_DIRS"}
"""Settings of Kafka that say where it is reached, which in a container is elsewhere."""


def default(text: str) -> str:
    """Return what compose makes of *text* where nothing is set."""
    while (found := re.search(r"\$\{\w+:-([^${}]*)\}", text)) is not None:
        text = text.replace(found[0], found[1])
    return text


def test_every_service_and_every_server_is_there() -> None:
    assert set(PARTS) >= {
        *NAMES,
        "postgres",
        "kafka",
        "redis",
        "mailpit",
        "settings-site",
        "prepare",
        "demo",
        "journey",
    }
    for name in NAMES:
        assert PARTS[name]["command"] == [name]


@pytest.mark.parametrize("name", PARTS)
def test_an_image_has_a_release_and_may_be_another_one(name: str) -> None:
    image = PARTS[name]["image"]
    assert re.fullmatch(r"\$\{PORTAL_\w+_IMAGE:-.+\}|\$\{PORTAL_IMAGE:-.+\}", image)
    assert re.search(r":v?\d", default(image))


def test_the_image_of_the_portal_bears_the_release_of_the_project() -> None:
    assert default(PARTS["gateway"]["image"]) == f"business-portal:{project_version()}"


@pytest.mark.parametrize("name", PARTS)
def test_a_container_may_do_little(name: str) -> None:
    part = PARTS[name]
    assert part["read_only"] is True
    assert part["cap_drop"] == ["ALL"]
    assert part["security_opt"] == ["no-new-privileges:true"]
    assert "cap_add" not in part
    assert "privileged" not in part
    assert str(part["user"]).partition(":")[0] not in {"0", "root", ""}
    assert part["mem_limit"]
    assert part["pids_limit"]


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_tells_how_it_is_and_comes_back(name: str) -> None:
    part = PARTS[name]
    assert part["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert part["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", PARTS)
def test_no_secret_stands_in_an_environment(name: str) -> None:
    for variable, value in PARTS[name].get("environment", {}).items():
        assert not re.search(r"://[^/]*@", str(value))
        if SECRET.search(variable):
            assert variable.endswith("_FILE"), variable
            assert str(value).startswith("/run/secrets/")


def test_each_part_is_given_its_own_secrets_and_no_other_ones() -> None:
    for name in NAMES:
        others = {*NAMES, "operator", "settings-site", "postgres"} - {name}
        given = set(PARTS[name]["secrets"]) - SHARED - {"operator.secret"}
        assert given
        assert not [one for one in given for other in others if one.startswith(other)]
        files = [value for key, value in PARTS[name]["environment"].items() if key.endswith("_FILE")]
        assert {Path(file).name for file in files} <= given
    assert "operator.secret" in PARTS["gateway"]["secrets"]
    assert "redis-url" not in {one for name in NAMES if name != "gateway" for one in PARTS[name]["secrets"]}


def test_every_file_that_is_handed_in_is_made(tmp_path: Path) -> None:
    give(tmp_path, "http://127.0.0.1:8090", "http://settings-site:8090")
    made = {file.name for file in (tmp_path / "compose").iterdir()}
    asked = {Path(default(one["file"])).name for one in SAID["secrets"].values()}
    used = {secret for part in PARTS.values() for secret in part.get("secrets", [])}
    assert set(SAID["secrets"]) == asked == used
    assert asked <= made


def test_files_are_read_by_any_container_and_by_nobody_else_of_this_machine(tmp_path: Path) -> None:
    give(tmp_path, "http://127.0.0.1:8090", "http://settings-site:8090")
    assert (tmp_path / "compose").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    for file in (tmp_path / "compose").rglob("*"):
        assert file.stat().st_mode & 0o777 == (0o755 if file.is_dir() else 0o444)


def test_giving_again_changes_no_secret(tmp_path: Path) -> None:
    def given() -> dict[str, bytes]:
        give(tmp_path, "http://127.0.0.1:8090", "http://settings-site:8090")
        return {file.name: file.read_bytes() for file in (tmp_path / "compose").iterdir() if file.is_file()}

    assert given() == given()


@pytest.mark.parametrize("name", PARTS)
def test_ports_are_open_to_this_machine_alone(name: str) -> None:
    for port in PARTS[name].get("ports", ()):
        assert default(port).startswith("127.0.0.1:")


def test_everything_answers_where_it_does_without_containers(tmp_path: Path) -> None:
    open_ports = {int(default(port).split(":")[1]) for part in PARTS.values() for port in part.get("ports", ())}
    variables = ContainerProject(tmp_path).variables()
    for name, port in {name: getattr(Ports(), name) for name in Ports.__dataclass_fields__}.items():
        assert variables[f"PORTAL_{name.upper()}_PORT"] == str(port)
        assert port in open_ports or name == "kafka_controller"


def test_every_variable_for_a_port_is_one_that_is_set(tmp_path: Path) -> None:
    named = set(re.findall(r"\$\{(PORTAL_\w+_PORT)\b", FILE.read_text()))
    assert named <= set(ContainerProject(tmp_path).variables())


def test_kafka_is_set_as_without_containers() -> None:
    meant = kafka_variables(kafka.SETTINGS.format(port=9092, controller=9093, logs="-"))
    own = {f"KAFKA_{name}" for name in OWN_IN_CONTAINERS} | {
        "KAFKA_LOG_SEGMENT_BYTES",
        "KAFKA_METADATA_MAX_IDLE_INTERVAL_MS",
        "KAFKA_BROKER_SESSION_TIMEOUT_MS",
        "KAFKA_BROKER_HEARTBEAT_INTERVAL_MS",
    }
    said = {name: value for name, value in PARTS["kafka"]["environment"].items() if name in meant and name not in own}
    assert said == {name: value for name, value in meant.items() if name not in own}


def test_postgresql_is_set_as_without_containers() -> None:
    said = dict(word.removeprefix("-c").split("=", 1) for word in PARTS["postgres"]["command"][1:])
    meant = {name: value for name, value in postgres.SETTINGS.items() if name not in ONLY_EMBEDDED}
    assert said.items() <= meant.items()
    assert meant["fsync"] == "on"


def test_both_files_name_the_same_python() -> None:
    named = default(PARTS["prepare"]["build"]["args"]["PYTHON_IMAGE"])
    assert f"ARG PYTHON_IMAGE={named}\n" in (PROJECT / "Dockerfile").read_text()


def test_two_folders_of_state_are_two_projects(tmp_path: Path) -> None:
    assert ContainerProject(tmp_path / "one").name != ContainerProject(tmp_path / "two").name


def test_nothing_starts_before_what_it_needs() -> None:
    for name in NAMES:
        assert PARTS[name]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}
    assert PARTS["gateway"]["depends_on"]["redis"] == {"condition": "service_healthy"}
    assert PARTS["prepare"]["depends_on"].keys() == {"postgres", "kafka"}
