"""Options that several commands of the ops console share. Next stop: ops.py."""

from typing import Annotated

import typer

Reason = Annotated[str, typer.Option(help="Why; it is recorded with your name.")]
DoIt = Annotated[bool, typer.Option("--yes", help="Do it; without it is only said how much it would be.")]
AsJson = Annotated[bool, typer.Option("--json", help="Say it as JSON.")]
