"""Every text follows the person's language, and a bot's owner can change it (point 13)."""

import re
from itertools import count

import pytest

from kotodom.demo.botapi import ChatView
from tests.e2e.looking_kit import answered, buttons, press, shown
from tests.e2e.media_kit import archive
from tests.support.daemon import Daemon
from tests.support.stage import BOT, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

LATIN = re.compile(r"(?<![/@\w])[a-z]{3,}", re.IGNORECASE)
RUSSIANS = count(60_001)


def begin(stage: Stage) -> Daemon:
    return stage.daemon(
        each='models = ["gpt-6-luna"]\ntexts = { "refreshed" = "Tabula rasa.", '
        '"refreshed.ru" = "С чистого листа.", "nothing-to-stop" = "{ unknown-command } Hush." }'
    )


@pytest.fixture
def russian(shared: Stage) -> ChatView:
    """Somebody whose Telegram is in Russian."""
    person = shared.telegram.user(next(RUSSIANS), "Аня", language_code="ru-RU")
    return shared.telegram.private(shared.bot(), person)


async def test_a_russian_telegram_gets_russian_texts(shared: Stage, russian: ChatView) -> None:
    expected = (
        ("/start", f"Здравствуйте! Меня зовут bot{BOT}. Спрашивайте о чём угодно."),
        ("/retry", "Пока нет вашего вопроса, на который можно ответить ещё раз."),
        ("/usage", "В этом месяце вы меня ещё ни о чём не спрашивали."),
        ("/dance", "Я не знаю такой команды. /help покажет, что я умею."),
    )
    for number, (command, words) in enumerate(expected, 1):
        await russian.say(command)
        assert await answered(russian, number) == words


@pytest.mark.parametrize("command", ["/help", "/privacy", "/forgetme", "/model", "/language"])
async def test_no_english_is_left_in_what_russians_read(
    shared: Stage, russian: ChatView, command: str
) -> None:
    await russian.say(command)
    words = await answered(russian)
    foreign = set(LATIN.findall(words)) - {"Telegram", "PDF", "Word", "gpt", "luna", "transcribe"}
    assert not foreign, words
    assert re.search("[а-я]", words)


async def test_trouble_with_a_file_is_told_in_russian_too(shared: Stage, russian: ChatView) -> None:
    await russian.document(archive(), "all.zip")
    assert (await answered(russian)).startswith("Файл «all.zip» я прочитать не могу.")


async def test_a_telegram_in_a_language_we_do_not_speak_gets_english(shared: Stage) -> None:
    person = shared.telegram.user(next(RUSSIANS), "Jean", language_code="fr")
    chat = shared.telegram.private(shared.bot(), person)
    await chat.say("/retry")
    assert (await answered(chat)).startswith("There is no question of yours yet")


async def test_a_language_is_chosen_by_button_and_wins_over_telegrams(
    shared: Stage, chat: ChatView
) -> None:
    await chat.say("/language")
    await answered(chat)
    assert buttons(shown(chat)) == {
        "English": "/language en",
        "Русский": "/language ru",
        "The same as my Telegram": "/language auto",
    }
    menu = await press(chat, "Русский")
    await chat.wait(lambda chat: chat.answers() == ["Готово. Язык моих сообщений теперь: Русский."])
    assert shown(chat).id == menu
    await chat.say("/retry")
    assert (await answered(chat, 2)).startswith("Пока нет вашего вопроса")
    await chat.say("/language")
    await answered(chat, 3)
    await press(chat, "Как в моём Telegram")
    await chat.wait(lambda chat: chat.answers()[-1].startswith("Done. My messages follow"))
    await chat.say("/retry")
    assert (await answered(chat, 4)).startswith("There is no question of yours yet")


async def test_a_language_is_chosen_by_typing(shared: Stage, russian: ChatView) -> None:
    await russian.say("/language en")
    assert await answered(russian) == "Done. My messages to you are in English from now on."
    await russian.say("/language tlh")
    assert await answered(russian, 2) == ("I don't speak “tlh” yet. /language shows the choice.")


async def test_the_choice_holds_in_groups_too(shared: Stage, chat: ChatView) -> None:
    await chat.say("/language ru")
    await answered(chat)
    group = shared.telegram.group("Friends", [shared.bot()], [chat.user], supergroup=True)
    await group.say(f"/retry@bot{BOT}_bot")
    assert (await answered(group)).startswith("Пока нет вашего вопроса")


async def test_a_bots_own_words_are_shown_in_the_persons_language(
    shared: Stage, chat: ChatView, russian: ChatView
) -> None:
    await chat.say("/refresh")
    assert await answered(chat) == "Tabula rasa."
    await russian.say("/refresh")
    assert await answered(russian) == "С чистого листа."
    await russian.say("/stop")
    assert await answered(russian, 2) == (
        "Я не знаю такой команды. /help покажет, что я умею. Hush."
    )
