"""Every text the program itself says to people, and the choice of language."""

from enum import Enum, auto

EN = "en"
RU = "ru"


class Text(Enum):
    """A text's name."""

    HELP = auto()
    REFRESHED = auto()
    UNKNOWN_COMMAND = auto()
    TEXT_ONLY = auto()
    EMPTY_ANSWER = auto()
    CUT_BY_LENGTH = auto()
    CUT_BY_FILTER = auto()
    STOPPED = auto()
    STOPPED_EMPTY = auto()
    DEFAULT_START = auto()
    DEFAULT_ERROR = auto()


TEXTS: dict[str, dict[Text, str]] = {
    EN: {
        Text.HELP: "Write me a message and I will answer.\n\n"
        "/start – begin\n/help – this list\n/refresh – forget our conversation so far",
        Text.REFRESHED: "Done. I have forgotten what we said before.",
        Text.UNKNOWN_COMMAND: "I don't know that command. /help shows what I can do.",
        Text.TEXT_ONLY: "I can only read text for now.",
        Text.EMPTY_ANSWER: "The model had nothing to say to that. Please ask in other words.",
        Text.CUT_BY_LENGTH: "(The answer was cut here: it grew too long.)",
        Text.CUT_BY_FILTER: "(The answer was cut here by the provider's content filter.)",
        Text.STOPPED: "(Stopped.)",
        Text.STOPPED_EMPTY: "Stopped.",
        Text.DEFAULT_START: "Hello! Ask me anything.",
        Text.DEFAULT_ERROR: "Something went wrong. Please try again later.",
    },
    RU: {
        Text.HELP: "Напишите мне сообщение, и я отвечу.\n\n"
        "/start – начать\n/help – этот список\n/refresh – забыть наш разговор",
        Text.REFRESHED: "Готово. Я забыл всё, о чём мы говорили раньше.",
        Text.UNKNOWN_COMMAND: "Я не знаю такой команды. /help покажет, что я умею.",
        Text.TEXT_ONLY: "Пока я понимаю только текст.",
        Text.EMPTY_ANSWER: "Модели нечего на это сказать. Спросите, пожалуйста, иначе.",
        Text.CUT_BY_LENGTH: "(Здесь ответ обрезан: он стал слишком длинным.)",
        Text.CUT_BY_FILTER: "(Здесь ответ обрезан фильтром провайдера.)",
        Text.STOPPED: "(Остановлено.)",
        Text.STOPPED_EMPTY: "Остановлено.",
        Text.DEFAULT_START: "Здравствуйте! Спрашивайте о чём угодно.",
        Text.DEFAULT_ERROR: "Что-то пошло не так. Попробуйте, пожалуйста, позже.",
    },
}


def say(text: Text, language_code: str) -> str:
    """The text in the person's language, or in English when we do not speak it."""
    language = language_code.partition("-")[0].lower()
    return TEXTS.get(language, TEXTS[EN])[text]
