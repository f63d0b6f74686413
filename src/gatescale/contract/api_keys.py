"""API keys."""

from gatescale.contract.fields import Input, Moment, Name, Noun, RoleType, SourceIps, Timestamp


class ApiKey(Noun, frozen=True, kw_only=True):
    """An API key; the key itself is shown once, when it is made."""

    name: str
    role: RoleType
    last_used: Timestamp | None
    expires_at: Timestamp | None
    allowed_sources: list[str]
    key: str | None


class CreateApiKey(Input, frozen=True, kw_only=True):
    """A key to make; its role may not exceed the maker's."""

    name: Name
    role: RoleType
    expires_at: Moment | None = None
    allowed_sources: SourceIps = []
