"""migrate: what is done to a database while no daemon works on it."""

from kotodom.cli.common import ConfigPath, in_loop, load_database_url


def migrate(config: ConfigPath = None) -> None:
    """Bring the database up to this version's schema (`run` does it too)."""
    url = load_database_url(config)

    async def work() -> list[str]:
        from kotodom.db import open_database

        database = await open_database(url)
        try:
            await database.hold()
            return await database.migrate()
        finally:
            await database.close()

    applied = in_loop(work())
    print("\n".join(f"applied {name}" for name in applied) or "the database is up to date")
