"""Texts people see, in English and Russian."""

from kotodom.i18n.texts import EN, RU, TEXTS, Text, say

__all__ = ["EN", "RU", "TEXTS", "Text", "say"]
