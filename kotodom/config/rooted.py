"""Relative paths of the configuration, made absolute for whoever does not run in their folder."""

from pathlib import Path

from pydantic import SecretStr

from kotodom.config.sections import BackupConfig, DatabaseConfig, LogConfig


def database(settings: DatabaseConfig, folder: Path) -> DatabaseConfig:
    """[database] with a SQLite file that begins in *folder*."""
    scheme, _, name = settings.url.get_secret_value().partition("://")
    if scheme != "sqlite":
        return settings
    return settings.model_copy(update={"url": SecretStr(f"sqlite://{_at(folder, name)}")})


def log(settings: LogConfig, folder: Path) -> LogConfig:
    """[log] with a file that begins in *folder*."""
    return settings.model_copy(update={"file": _at(folder, settings.file)})


def backup(settings: BackupConfig, folder: Path) -> BackupConfig:
    """[backup] with a folder that begins in *folder*."""
    return settings.model_copy(update={"folder": _at(folder, settings.folder)})


def _at(folder: Path, name: str) -> str:
    """*name* as it is in *folder*; empty, in a home or absolute it means the same everywhere."""
    return f"{folder}/{name}" if name and not name.startswith(("/", "~")) else name
