"""Settings that are secrets, read from files that the environment names. Next stop: settings.py."""

import os
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource


class NamedFiles(PydanticBaseSettingsSource):
    """Reads `PORTAL_X` from the file that `PORTAL_X_FILE` names, so that what carries a password is in no environment.

    An environment is seen by whoever may inspect a container; a file is seen by the process it was given to.
    """

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return what the file of a setting holds, or None. Raises: ValueError when both ways are used at once."""
        _ = field
        variable = f"{self.config['env_prefix']}{field_name}".upper()
        named = os.environ.get(f"{variable}_FILE")
        if not named:
            return None, field_name, False
        if os.environ.get(variable):
            raise ValueError(f"{variable} and {variable}_FILE are both set; one of them is enough")
        return Path(named).read_text().strip(), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the settings that files hold."""
        found = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value is not None}
