"""``kotodom check``: is everything there that `kotodom run` needs, and if not, what next?

Everything is looked at at once: this machine and its files, the database, and the ways to Telegram
and the provider; then, over those ways, each bot and each model.
"""

from kotodom.check.doctor import run_checks
from kotodom.check.report import Row, State, as_json, table, told

__all__ = ["Row", "State", "as_json", "run_checks", "table", "told"]
