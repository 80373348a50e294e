"""What is asked for again when the model provider did not agree."""

from dataclasses import replace
from urllib.parse import urlsplit

from kotodom.check.provider import ProviderFault
from kotodom.setup import pasted
from kotodom.setup.draft import OPENAI, Draft, ProviderTested
from kotodom.setup.proxies import address_mistake, ask_address, ask_proxy
from kotodom.setup.terminal import Terminal

NO_KEY = "none"
"""What a server gets that asks for no key."""
_SERVERS = {
    "OpenAI": OPENAI,
    "Ollama, on this machine": "http://localhost:11434/v1",
    "LM Studio, on this machine": "http://localhost:1234/v1",
    "llama.cpp, on this machine": "http://localhost:8080/v1",
    "vLLM, on this machine": "http://localhost:8000/v1",
    "OpenRouter": "https://openrouter.ai/api/v1",
}
"""Servers that speak the Responses API, where they listen unless somebody changed it."""


def ask_key(terminal: Terminal, draft: Draft) -> Draft:
    """A key, or first another provider and then its key."""
    while True:
        said = terminal.ask_hidden("Provider key (paste it; it stays hidden)")
        if not pasted.lines(said):
            return _ask_server(terminal, draft)
        if (address := pasted.address(said)) is not None:
            return _key_for(terminal, replace(draft, base_url=address))
        if pasted.token(said) is not None:
            terminal.say("That is a bot token again. The key is another secret, from the provider.")
        elif (key := pasted.key(said)) is not None:
            return replace(draft, key=key)
        else:
            terminal.say("There is no key in that: it is one word of plain letters, digits and "
                         "signs, mostly beginning with sk-.")  # fmt: skip


def mend_provider(terminal: Terminal, draft: Draft, tested: ProviderTested) -> tuple[Draft, bool]:
    """Ask for what was wrong; also return whether it is to stay as it is."""
    match tested.fault:
        case ProviderFault.KEY:
            return ask_key(terminal, draft), False
        case ProviderFault.QUOTA | ProviderFault.ACCOUNT | ProviderFault.BUSY:
            return _later(terminal, draft, tested)
        case ProviderFault.NO_PROVIDER if draft.base_url == OPENAI:
            return _other_way(terminal, draft), False
        case ProviderFault.MODEL:
            return replace(draft, model=terminal.pick("Model", tested.models)), False
        case ProviderFault.NO_ROUTE if not draft.is_local:
            return _other_way(terminal, draft), False
        case _:
            likely = draft.base_url if "/v1" in draft.base_url else f"{draft.base_url}/v1"
            address = ask_address(terminal, "Address of the provider", likely)
            return _moved(terminal, draft, address), False


def _later(terminal: Terminal, draft: Draft, tested: ProviderTested) -> tuple[Draft, bool]:
    choice = terminal.choose(
        {
            "a": "test again",
            "k": "paste another key, or choose another provider",
            "g": "go on: questions wait until it works",
        }
    )
    if choice == "k":
        return ask_key(terminal, draft), False
    return draft, choice == "g" and bool(tested.model)


def _other_way(terminal: Terminal, draft: Draft) -> Draft:
    if (
        draft.base_url not in _SERVERS.values()
        and terminal.choose({"a": "another address", "p": "a proxy"}) == "a"
    ):
        address = ask_address(terminal, "Address of the provider", draft.base_url)
        return _moved(terminal, draft, address)
    same = draft.telegram_proxy
    if (
        same
        and draft.provider_proxy != same
        and terminal.confirm("Try the proxy that leads to Telegram")
    ):
        return replace(draft, provider_proxy=same)
    return replace(draft, provider_proxy=ask_proxy(terminal, "the provider", "socksio"))


def _ask_server(terminal: Terminal, draft: Draft) -> Draft:
    terminal.say("", "Who answers? A number, or the address of any server that speaks the "
                 "Responses API.", "")  # fmt: skip
    labels = [f"{name} ({address})" for name, address in _SERVERS.items()]
    while True:
        said = terminal.pick("Provider", labels)
        address = _SERVERS[said.rpartition(" (")[0]] if said in labels else said.rstrip("/")
        if not (wrong := address_mistake(address)):
            return _key_for(terminal, replace(draft, base_url=address))
        terminal.say(wrong)


def _moved(terminal: Terminal, draft: Draft, address: str) -> Draft:
    """The draft for another address, which nobody's key but its own may be sent to."""
    if urlsplit(address).netloc == urlsplit(draft.base_url).netloc:
        return replace(draft, base_url=address)
    return _key_for(terminal, replace(draft, base_url=address))


def _key_for(terminal: Terminal, draft: Draft) -> Draft:
    if draft.base_url == OPENAI:
        return ask_key(terminal, draft)
    while True:
        said = terminal.ask_hidden("Its key (Enter alone: it asks for none)")
        key = pasted.key(said) if pasted.lines(said) else NO_KEY
        if key is not None:
            return replace(draft, key=key)
        terminal.say("There is no key in that: it is one word of plain letters, digits and signs.")
