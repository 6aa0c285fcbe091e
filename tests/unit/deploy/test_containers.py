"""The commands of the stack of containers, with a program in Docker's place that answers what it is told to."""

import argparse
import json
import os
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from deploy.containers import __main__ as commands
from deploy.containers.project import ContainerProject, NoEngine, require_engine

PROGRAM = f"""#!{sys.executable}
import json, pathlib, sys
here, words = pathlib.Path(__file__).parent, " ".join(sys.argv[1:])
with (here / "called").open("a") as log:
    log.write(words + "\\n")
for pattern, answer in json.loads((here / "answers").read_text()).items():
    if pattern in words:
        if isinstance(answer, int):
            sys.exit(answer)
        print(answer)
        break
"""
OFFSET = 6_000
NOTHING = argparse.Namespace(clean=False, sample=False, part=[])
Answering = Callable[[Mapping[str, str | int]], Path]


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answering:
    """Put a program in Docker's place; give a way to say what it answers, by what its words contain."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "docker").write_text(PROGRAM)
    (folder / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def answering(answers: Mapping[str, str | int]) -> Path:
        (folder / "answers").write_text(json.dumps(answers))
        return folder / "called"

    answering({})
    return answering


@pytest.fixture
def project(tmp_path: Path) -> ContainerProject:
    made = ContainerProject(tmp_path / "state", OFFSET)
    made.begin()
    return made


def container(name: str, *, state: str = "running", health: str = "healthy", code: int = 0) -> str:
    port = [{"PublishedPort": 8080}, {"PublishedPort": 0}]
    said = {"Service": name, "Name": f"p-{name}-1", "State": state, "Health": health, "ExitCode": code, "Image": "i:1"}
    return json.dumps({**said, "Publishers": port})


def shown(docker: Answering, *containers: str) -> None:
    docker(
        {
            "ps --all": "\n".join(containers),
            "config --services": "gateway\nprepare",
            "stats": json.dumps({"Name": "p-gateway-1", "MemUsage": "92MiB / 384MiB"}),
        }
    )


def test_all_is_well_when_each_part_is_healthy_or_done(
    docker: Answering, project: ContainerProject, capsys: pytest.CaptureFixture[str]
) -> None:
    shown(docker, container("gateway"), container("prepare", state="exited", health=""))
    assert commands.status(project, NOTHING) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[1].split() == ["gateway", "healthy", "92MiB", "8080", "i:1"]
    assert said[2].split()[:2] == ["prepare", "done"]


DONE = container("prepare", state="exited", health="")


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        ([container("gateway", health="unhealthy"), DONE], "unhealthy"),
        ([container("gateway", health="starting"), DONE], "starting"),
        ([container("gateway", state="exited", health=""), DONE], "exited"),
        ([container("gateway"), container("prepare", state="exited", health="", code=1)], "failed (1)"),
        ([container("gateway")], "missing"),
    ],
)
def test_what_is_not_well_is_said_and_counts(
    docker: Answering, project: ContainerProject, capsys: pytest.CaptureFixture[str], parts: list[str], word: str
) -> None:
    shown(docker, *parts)
    assert commands.status(project, NOTHING) == 1
    assert word in capsys.readouterr().out


def test_nothing_runs_before_it_was_started(
    docker: Answering, project: ContainerProject, capsys: pytest.CaptureFixture[str]
) -> None:
    docker({})
    assert commands.status(project, NOTHING) == 1
    assert "make up STACK=compose" in capsys.readouterr().out


RUNS = {"ps --format": container("gateway")}


def test_a_port_that_somebody_else_has_is_said_before_anything_is_built(
    docker: Answering, project: ContainerProject, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    called = docker({})
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        monkeypatch.setenv("PORTAL_GATEWAY_PORT", str(somebody.getsockname()[1]))
        assert commands.up(project, NOTHING) == 1
        assert f"port {somebody.getsockname()[1]}" in capsys.readouterr().out
    assert "build" not in called.read_text()


def test_up_builds_makes_secrets_starts_and_is_remembered(docker: Answering, project: ContainerProject) -> None:
    called = docker(RUNS)
    assert commands.up(project, NOTHING) == 0
    said = called.read_text().splitlines()
    order = [next(n for n, line in enumerate(said) if words in line) for words in ("build", "run --rm", "up --detach")]
    assert order == sorted(order)
    assert all(f"--project-name {project.name}" in line for line in said if line.startswith("compose --"))
    assert (project.state / "stack").read_text() == "compose\n"
    assert commands.down(project, NOTHING) == 0
    assert not (project.state / "stack").exists()


def test_up_says_what_to_do_when_something_does_not_become_healthy(
    docker: Answering, project: ContainerProject, capsys: pytest.CaptureFixture[str]
) -> None:
    docker({"up --detach": 1, **RUNS})
    assert commands.up(project, NOTHING) == 1
    assert "`make logs` says why" in capsys.readouterr().out


def test_secrets_are_made_as_the_caller_without_a_network(docker: Answering, project: ContainerProject) -> None:
    called = docker({})
    project.make_secrets()
    said = called.read_text().splitlines()[-1]
    assert f"--user {os.getuid()}:{os.getgid()}" in said
    for word in ("--network=none", "--read-only", "--cap-drop=ALL", f"--volume {project.state}:/state"):
        assert word in said


def test_under_a_rootless_engine_its_root_is_the_caller(docker: Answering, project: ContainerProject) -> None:
    called = docker({"SecurityOptions": "[name=seccomp,profile=default name=rootless]"})
    project.make_secrets()
    assert "--user 0:0" in called.read_text().splitlines()[-1]


def test_without_docker_it_is_said_what_needs_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoEngine, match="STACK=embedded"):
        require_engine()


def test_an_engine_that_does_not_answer_is_told_with_its_own_words(docker: Answering) -> None:
    docker({"info": 1})
    with pytest.raises(NoEngine, match="docker info"):
        require_engine()


def test_taking_down_what_never_ran_needs_no_engine(docker: Answering, project: ContainerProject) -> None:
    docker({"info": 1})
    assert commands.down(project, NOTHING) == 0
    (project.state / "stack").write_text("compose\n")
    with pytest.raises(NoEngine):
        commands.down(project, NOTHING)


def test_cleaning_deletes_volumes(docker: Answering, project: ContainerProject) -> None:
    called = docker({})
    commands.down(project, argparse.Namespace(clean=True, sample=False, part=[]))
    assert "down --remove-orphans --volumes" in called.read_text()


def test_a_restarted_gateway_takes_the_site_in_its_network_with_it(
    docker: Answering, project: ContainerProject
) -> None:
    called = docker({})
    commands.restart(project, argparse.Namespace(clean=False, sample=False, part=["gateway"]))
    assert called.read_text().splitlines()[-1].endswith("gateway settings-site")


def test_a_stack_stays_as_it_was_started_until_it_is_taken_down(
    docker: Answering, project: ContainerProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    docker({})
    monkeypatch.setenv("PORTAL_POSTGRES_IMAGE", "postgres:15-bookworm")
    project.remember()
    monkeypatch.delenv("PORTAL_POSTGRES_IMAGE")
    later = ContainerProject(project.state)
    assert "PORTAL_IMAGE" not in json.loads((project.state / "compose.json").read_text())
    assert later.variables()["PORTAL_POSTGRES_IMAGE"] == "postgres:15-bookworm"
    assert later.url("gateway") == f"http://localhost:{8080 + OFFSET}"
    assert ContainerProject(project.state, 7).url("gateway") == "http://localhost:8087"
    assert commands.down(later, NOTHING) == 0
    assert later.url("gateway") == "http://localhost:8080"
    assert "PORTAL_POSTGRES_IMAGE" not in later.variables()


def test_what_the_caller_sets_goes_before(monkeypatch: pytest.MonkeyPatch, project: ContainerProject) -> None:
    monkeypatch.setenv("PORTAL_GATEWAY_PORT", "8888")
    monkeypatch.setenv("PORTAL_IMAGE", "registry.example.com/portal:7")
    assert project.url("gateway") == "http://localhost:8888"
    assert project.variables()["PORTAL_IMAGE"] == "registry.example.com/portal:7"
    assert project.variables()["PORTAL_USERS_PORT"] == "14102"
