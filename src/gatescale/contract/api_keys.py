"""API keys."""

from gatescale.contract.fields import Input, Name, Noun, RoleType


class ApiKey(Noun, frozen=True, kw_only=True):
    """An API key; the key itself is shown once, when it is made."""

    name: str
    role: RoleType
    last_used: str | None
    key: str | None


class CreateApiKey(Input, frozen=True, kw_only=True):
    """A key to make; its role may not exceed the maker's."""

    name: Name
    role: RoleType
