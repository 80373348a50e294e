"""Tokens as Telegram knows them; implements :class:`kotodom.ports.registrar.Registrar`."""

from typing import TypeVar

from aiogram.client.bot import Bot as ApiBot
from aiogram.methods import TelegramMethod
from aiogram.utils.token import TokenValidationError

from kotodom.errors import TelegramError, TokenRevoked
from kotodom.ports.registrar import BotIdentity
from kotodom.telegram.failures import translate
from kotodom.telegram.methods import GetManagedBotToken, GetMe
from kotodom.telegram.pool import BotPool

TIMEOUT = 10
"""Seconds: somebody waits for it."""

Result = TypeVar("Result")


class TelegramRegistrar:
    """Asks through the session that all bots share."""

    def __init__(self, pool: BotPool) -> None:
        self._pool = pool

    async def identify(self, token: str) -> BotIdentity:
        try:
            api = ApiBot(token, session=self._pool.session)
        except TokenValidationError:
            raise TokenRevoked("this is no bot token; one looks like 123456789:AA…") from None
        me = await _call(api, GetMe())
        number = me.get("id")
        if not isinstance(number, int):
            raise TelegramError("Telegram's answer names no bot")
        return BotIdentity(
            number,
            str(me.get("username") or ""),
            str(me.get("first_name") or ""),
            me.get("can_manage_bots") is True,
        )

    async def managed_token(self, manager_id: int, telegram_id: int) -> str:
        return await _call(self._pool.get(manager_id), GetManagedBotToken(user_id=telegram_id))


async def _call(api: ApiBot, method: TelegramMethod[Result]) -> Result:
    try:
        return await api(method, request_timeout=TIMEOUT)
    except Exception as error:  # noqa: BLE001 - the core is promised our own errors only
        failure = translate(error)
    # Not chained: the vendor's exception may hold the address with the token.
    raise failure
