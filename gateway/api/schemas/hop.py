"""The answer about a settings site. Next stop: api/hop.py."""

from pydantic import Field

from kernel.adapters.http.body import Reply


class SettingsSiteAnswer(Reply):
    """The site on which the settings of a contract are changed."""

    name_ja: str
    name_en: str
    url: str = Field(description="Begins a login at the site, without a second password.")
