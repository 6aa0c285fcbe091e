"""Ends what an earlier run left behind when it was killed itself."""

import contextlib
import json
from pathlib import Path

import psutil


def stop_leftovers(run: Path, seconds: float = 20) -> list[str]:
    """End the processes noted in *run* that still live, and return their names.

    A note holds the process's time of birth too, so an id that was given out again is left alone.
    """
    found = {note: process for note in sorted(run.glob("*.json")) if (process := _alive(note))}
    for note, process in found.items():
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(json.loads(note.read_text())["signal"])
    _, stubborn = psutil.wait_procs(found.values(), timeout=seconds)
    for process in stubborn:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=5)
    for note in run.glob("*.json"):
        note.unlink(missing_ok=True)
    return [note.stem for note in found]


def _alive(note: Path) -> psutil.Process | None:
    try:
        said = json.loads(note.read_text())
        process = psutil.Process(said["pid"])
        return process if abs(process.create_time() - said["created"]) < 1 else None
    except (psutil.NoSuchProcess, ValueError, KeyError):
        return None
