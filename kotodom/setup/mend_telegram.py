"""What is asked for again when Telegram did not agree."""

from dataclasses import replace

from kotodom.check.telegram import TelegramFault
from kotodom.setup import pasted
from kotodom.setup.draft import TELEGRAM, Draft, TelegramTested
from kotodom.setup.proxies import ask_address, ask_proxy
from kotodom.setup.terminal import Terminal


def ask_token(terminal: Terminal) -> str:
    """A token, as long as it takes."""
    while True:
        said = terminal.ask_hidden("Bot token (paste it; it stays hidden)")
        if (token := pasted.token(said)) is not None:
            return token
        if not pasted.lines(said):
            terminal.say("Nothing arrived. Paste the token, then press Enter; Ctrl-C ends this.")
        elif (pasted.key(said) or "").startswith("sk-"):
            terminal.say("That is a provider's key. The bot token comes first; it looks like "
                         "123456789:AAE... and is from @BotFather.")  # fmt: skip
        else:
            terminal.say("There is no bot token in that. It is a number, a colon and 35 letters "
                         "or digits, such as 123456789:AAE...")  # fmt: skip


def mend_telegram(terminal: Terminal, draft: Draft, tested: TelegramTested) -> tuple[Draft, bool]:
    """Ask for what was wrong; also return whether it is to stay as it is."""
    if tested.refused is None:
        return _taken_over(
            terminal, draft, f"Have Kotodom take @{_name(tested)} over from its webhook"
        )
    match tested.fault:
        case TelegramFault.WRONG:
            return replace(draft, token=ask_token(terminal)), False
        case TelegramFault.CONFLICT:
            return _conflict(terminal, draft, tested)
        case TelegramFault.NO_ROUTE | TelegramFault.NO_BOT_API:
            return _other_way(terminal, draft, tested), False
        case _:
            terminal.ask("Press Enter to test again")
            return draft, False


def _other_way(terminal: Terminal, draft: Draft, tested: TelegramTested) -> Draft:
    """A proxy that leads to Telegram itself; a server of one's own may be somewhere else."""
    if draft.api_base != TELEGRAM and (
        tested.fault is TelegramFault.NO_BOT_API
        or terminal.choose({"a": "another address", "p": "a proxy"}) == "a"
    ):
        address = ask_address(terminal, "Address of the Bot API server", draft.api_base)
        return replace(draft, api_base=address)
    return replace(draft, telegram_proxy=ask_proxy(terminal, "Telegram", "aiohttp_socks"))


def _conflict(terminal: Terminal, draft: Draft, tested: TelegramTested) -> tuple[Draft, bool]:
    choice = terminal.choose(
        {
            "a": "test again: the other program has been stopped",
            "t": "paste another token",
            "g": "go on anyway: it will be stopped before Kotodom starts",
        }
    )
    if choice == "t":
        return replace(draft, token=ask_token(terminal)), False
    return draft, choice == "g" and tested.bot is not None


def _taken_over(terminal: Terminal, draft: Draft, question: str) -> tuple[Draft, bool]:
    if terminal.confirm(question):
        return draft, True
    terminal.say("Then another bot:")
    return replace(draft, token=ask_token(terminal)), False


def _name(tested: TelegramTested) -> str:
    return tested.bot.username if tested.bot is not None else ""
