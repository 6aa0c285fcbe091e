"""Options that several commands of the ops console share. Next stop: ops.py."""

from typing import Annotated

import typer

Reason = Annotated[str, typer.Option(help="Why; it is recorded with your name.")]
DoIt = Annotated[bool, typer.Option("--yes", help="Do it; without it is only said how much it would be.")]
AsJson = Annotated[bool, typer.Option("--json", help="Say it as JSON.")]
Consumer = Annotated[str, typer.Option(help="Only of this reader, such as users.contracts.")]
Error = Annotated[str, typer.Option(help="Only with this kind of error, such as Unreadable.")]
