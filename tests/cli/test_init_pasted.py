"""What people paste at `kotodom init`, with everything that comes along."""

import pytest

from kotodom.setup import pasted

TOKEN = "123456789:AAE-" + "x_y" * 10 + "z"
KEY = "sk-proj-abc_DEF-0123456789"

MESSAGE = (
    "Done! Congratulations on your new bot. You will find it at t.me/cat_bot.\n\n"
    f"Use this token to access the HTTP API:\n{TOKEN}\nKeep your token secure and store it safely."
)


@pytest.mark.parametrize(
    "said",
    [
        TOKEN,
        f"  {TOKEN}\r\n",
        f"\x1b[200~{TOKEN}\x1b[201~\n",
        f"[200~{TOKEN}[201~",
        f'"{TOKEN}"',
        f"«{TOKEN}»",
        f"`{TOKEN}`\n\n",
        f"Bot token: {TOKEN}",
        f"TOKEN={TOKEN}",
        f"https://api.telegram.org/bot{TOKEN}/getMe",
        f"\ufeff\u200b{TOKEN}\xa0",
        f"{TOKEN[:20]}\n{TOKEN[20:]}",
        MESSAGE,
    ],
)
def test_a_token_is_found_in_whatever_was_pasted(said: str) -> None:
    assert pasted.token(said) == TOKEN


@pytest.mark.parametrize("said", ["", "hello", TOKEN[:-1], f"{TOKEN}x", KEY, "123456789", "12:34"])
def test_what_is_no_token_is_none(said: str) -> None:
    assert pasted.token(said) is None


@pytest.mark.parametrize(
    "said",
    [
        KEY,
        f" {KEY} \n",
        f"\n\n{KEY}\n",
        f"\x1b[200~{KEY}\x1b[201~",
        f'"{KEY}"',
        f"“{KEY}”",
        f"OPENAI_API_KEY={KEY}",
        f'export OPENAI_API_KEY="{KEY}"',
        f"API key: {KEY}",
        f"Authorization: Bearer {KEY}",
        f"My key is {KEY}, keep it",
        f"secret key\n{KEY}",
    ],
)
def test_a_key_is_found_in_whatever_was_pasted(said: str) -> None:
    assert pasted.key(said) == KEY


@pytest.mark.parametrize("said", ["ollama", "none", "a+b/c=", "gsk_Abc123"])
def test_a_key_may_look_like_anything_that_is_one_word(said: str) -> None:
    assert pasted.key(said) == said


@pytest.mark.parametrize("said", ["", "  \n ", "ключ", "two words"])
def test_what_no_request_could_carry_is_no_key(said: str) -> None:
    assert pasted.key(said) is None


def test_an_address_where_a_key_is_asked_for_is_known_as_one() -> None:
    assert pasted.address(" http://localhost:11434/v1/ \n") == "http://localhost:11434/v1"
    assert pasted.address(KEY) is None
