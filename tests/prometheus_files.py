"""What may stand in the files for Prometheus: the keys that ours use, each of its kind, and nothing else."""

from typing import Annotated, Any

import promql_parser
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

Duration = Annotated[str, AfterValidator(lambda text: str(promql_parser.parse_duration(text)) and text)]
Expression = Annotated[str, AfterValidator(lambda text: str(promql_parser.parse(text)) and text)]
Name = Annotated[str, Field(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*$")]
Address = Annotated[str, Field(pattern=r"^[a-z.-]+:\d+$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Rule(_Part):
    alert: Name
    expr: Expression
    for_: Duration | None = Field(None, alias="for")
    labels: dict[Name, str]
    annotations: dict[Name, str]


class _Group(_Part):
    name: str
    rules: list[_Rule]


class Rules(_Part):
    """A file of alerts."""

    groups: list[_Group]


class _Times(_Part):
    scrape_interval: Duration
    scrape_timeout: Duration
    evaluation_interval: Duration


class _Targets(_Part):
    targets: list[Address]


class _Job(_Part):
    job_name: str
    static_configs: list[_Targets]


class Config(_Part):
    """What Prometheus asks, and how often."""

    global_: _Times = Field(alias="global")
    rule_files: list[str]
    scrape_configs: list[_Job]


def faults(kind: type[_Part], read: Any) -> list[str]:
    """Return what is wrong with what was *read* from a file of that *kind*."""
    try:
        kind.model_validate(read)
    except ValidationError as reason:
        return [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in reason.errors()]
    return []
