"""Kotodom: many Telegram bots in one process, every message answered exactly once."""

__version__ = "0.2.0"
