"""Texts people see, in English and Russian: ``en.ftl`` and ``ru.ftl`` (Project Fluent)."""

from kotodom.i18n.checking import mistakes
from kotodom.i18n.saying import NOTHING, say
from kotodom.i18n.texts import LANGUAGES, Text, Wording, catalog_fingerprint, language_of

__all__ = [
    "LANGUAGES",
    "NOTHING",
    "Text",
    "Wording",
    "catalog_fingerprint",
    "language_of",
    "mistakes",
    "say",
]
