"""Texts in one form: letters that people take for the same are the same."""

import unicodedata

# Between the fields of a text; a search cannot hold it, so none matches across two fields.
_SEPARATOR = "\x1f"


KEY_LENGTH = 960
"""Characters of a key's column (``tables.Key``)."""


def folded(*fields: str | None) -> str:
    r"""Return fields as one text in which letters that people take for the same are the same.

    >>> folded("Straße", None, "Å") == folded("STRASSE", "a\N{COMBINING RING ABOVE}")
    True
    """
    return _SEPARATOR.join(_fold(field) for field in fields if field)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", plain).replace(_SEPARATOR, " ")


def key(text: str) -> str:
    """Return what two texts have in common that may not stand beside each other, or sort alike.

    It is cut to what a key's column takes: folding may make a text eighteen times as long.
    """
    return folded(text)[:KEY_LENGTH]
