"""Every moment that is asked for goes by one rule, which takes no number for one (A11)."""

from pathlib import Path

PROJECT = Path(__file__).parents[2]
RULE = PROJECT / "kernel" / "adapters" / "http" / "moments.py"


def test_a11_no_schema_takes_a_moment_but_by_the_one_rule() -> None:
    files = [file for folder in ("gateway", "kernel", "services") for file in (PROJECT / folder).rglob("*.py")]
    found = [file for file in files if "AwareDatetime" in file.read_text(encoding="utf-8")]
    assert found == [RULE]
