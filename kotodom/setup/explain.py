"""Each fault of the first run in words, with the next step."""

from urllib.parse import urlsplit

from kotodom.check.provider import ProviderFault
from kotodom.check.telegram import TelegramFault
from kotodom.redaction import redact
from kotodom.setup.draft import OPENAI, TELEGRAM, Draft, ProviderTested, TelegramTested


def telegram(draft: Draft, tested: TelegramTested) -> list[str]:
    """Why the token cannot be used as it is, a paragraph each; empty: it can."""
    if tested.refused is None:
        return _webhook(tested)
    said = redact(str(tested.refused))
    number = draft.token.partition(":")[0]
    match tested.fault:
        case TelegramFault.WRONG:
            return [
                f"Telegram does not know this token (of bot {number}). It may be incomplete, or an "
                "older one: a new token makes the old one void.",
                "In Telegram open @BotFather, send /mybots, choose the bot, then API Token, and "
                "copy it.",
            ]
        case TelegramFault.CONFLICT:
            return [
                "Another program receives this bot's messages right now: an older bot, or another "
                "Kotodom. Only one can, and they would take turns losing.",
                "Stop it there; if you cannot find it, have @BotFather revoke the token (/revoke), "
                "which ends every program that uses it, and paste the new one.",
            ]
        case TelegramFault.NO_ROUTE:
            return [_no_route("Telegram", draft.api_base, draft.telegram_proxy, said)]
        case TelegramFault.NO_BOT_API:
            how = (
                "Something between this machine and Telegram answers in its place, such as a "
                "log-in page of the network: open any page in a browser, or use a proxy."
                if draft.api_base == TELEGRAM
                else "Check the address of your own Bot API server (telegram.api_base)."
            )
            return [f"{draft.api_base} answers, but is no Bot API server. {how}"]
        case _:
            return [f"Telegram is in trouble: {said}."]


def _webhook(tested: TelegramTested) -> list[str]:
    if tested.bot is None or not tested.bot.webhook:
        return []
    host = urlsplit(tested.bot.webhook).hostname or "another server"
    return [
        f"@{tested.bot.username} works, but a webhook is set: its messages go to {host}. Kotodom "
        "asks for them itself and removes the webhook when it starts; whoever set it gets nothing "
        "any more, and must not set it again.",
    ]


def provider(draft: Draft, tested: ProviderTested) -> list[str]:
    """Why the provider cannot be used, a paragraph each; empty: it can."""
    if tested.refused is None:
        return []
    said = redact(str(tested.refused)).partition(";")[0]
    openai = draft.base_url == OPENAI
    match tested.fault:
        case ProviderFault.KEY:
            where = (
                "Make one at https://platform.openai.com/api-keys; it is shown only once."
                if openai
                else "Copy the key again where you got it."
            )
            return [f"{said}. {where} A key of another provider needs that provider's address."]
        case ProviderFault.QUOTA:
            where = " at https://platform.openai.com/settings/organization/billing" * openai
            return [
                f"The key is good, but nothing is left to spend: {said}.",
                f"Add credit or raise the limit{where}. (A ChatGPT subscription does not pay for "
                "the API.)"
                if openai
                else "Add credit or raise the limit at the provider.",
            ]
        case ProviderFault.MODEL:
            name = f"the model {tested.model}" if tested.model else "gpt-6-luna, the usual model"
            if tested.models or tested.model:
                return [f"This key cannot use {name}. Choose another one."]
            return [
                "The server names no model that can talk. Add one to it (Ollama: ollama pull NAME) "
                "or type its name."
            ]
        case ProviderFault.NO_ROUTE if draft.is_local:
            return [
                f"Nothing answers at {draft.base_url}. Start the server there (Ollama: ollama "
                "serve), or give another address."
            ]
        case ProviderFault.NO_ROUTE:
            return [_no_route("the provider", draft.base_url, draft.provider_proxy, said)]
        case ProviderFault.NO_PROVIDER if openai:
            return [f"Something between this machine and {draft.base_url} answers in its place: "
                    "use a proxy."]  # fmt: skip
        case ProviderFault.NO_PROVIDER:
            return [
                f"{draft.base_url} answers, but not as a model provider does. Its address mostly "
                "ends in /v1."
            ]
        case ProviderFault.BUSY:
            return [f"{said}. That may pass: try again in a moment."]
        case _:
            return [
                f"{said}.",
                f"Is {draft.base_url} right? Such addresses mostly end in /v1, and the server must "
                "speak the Responses API (Ollama from 0.13.3, LM Studio from 0.3.29). If it lists "
                "no models, name one: kotodom init --model NAME.",
            ]


def _no_route(whom: str, address: str, proxy: str, said: str) -> str:
    way = "through the proxy" if proxy else "from this machine"
    host = urlsplit(address).netloc.rpartition("@")[2]
    _, found, reason = said.partition("(")
    why = f": {reason.partition(')')[0]}" if found else ""
    if "unsupported_country" in why:
        return f"{host} does not serve the country it sees us in {way}."
    return f"There is no way to {whom} ({host}) {way}{why}."
