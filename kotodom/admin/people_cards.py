"""How a person is shown: in lists, on their card, and to admins who decide about them."""

from kotodom.admin.screen import Screen, go
from kotodom.admin.words.people import PeopleWords
from kotodom.i18n import Wording, say
from kotodom.model import Access, AccessMode, Bot, Job, Kind, Person
from kotodom.ports.admin.access import Standing
from kotodom.ports.admin.people import Card
from kotodom.wording import moment

WROTE = 250
"""Characters of a stranger's message that the request shows."""
MARKS = {
    Access.NONE: "",
    Access.PENDING: "⏳ ",
    Access.ALLOWED: "✅ ",
    Access.DENIED: "🚫 ",
    Access.BLOCKED: "⛔ ",
}
_MODES = {
    AccessMode.PUBLIC: PeopleWords.IS_PUBLIC,
    AccessMode.APPROVAL: PeopleWords.IS_APPROVAL,
    AccessMode.ALLOWLIST: PeopleWords.IS_ALLOWLIST,
    AccessMode.INVITE: PeopleWords.IS_INVITE,
}
_STANDINGS = {
    Access.NONE: PeopleWords.IS_NONE,
    Access.ALLOWED: PeopleWords.IS_ALLOWED,
    Access.DENIED: PeopleWords.IS_DENIED,
    Access.BLOCKED: PeopleWords.IS_BLOCKED,
}


def called(person: Person) -> str:
    """How somebody is called in a title or on a button."""
    name = " ".join(person.full_name.split())
    handle = f"@{person.username}" if person.username else ""
    return " ".join(word for word in (name, handle) if word) or f"id {person.id}"


def standing_lines(language: str, standing: Standing, now: int) -> list[str]:
    """What was decided about somebody, and whether that still holds."""
    access = standing.now(now)
    until = moment(standing.until or 0)
    if access is Access.PENDING:
        since = moment(standing.updated_at)
        return [say(PeopleWords.IS_PENDING, language, since=since)]
    if access is Access.ALLOWED and standing.until is not None:
        return [say(PeopleWords.IS_ALLOWED_UNTIL, language, until=until)]
    lines = [say(_STANDINGS[access], language)]
    if access is not standing.access:
        lines.append(say(PeopleWords.IS_OVER, language, until=until))
    return lines


def card_lines(language: str, bot: Bot, card: Card, now: int) -> list[str]:
    """What is known of somebody at a bot, but for what they used."""

    def words(text: Wording, **args: str | int) -> str:
        return say(text, language, **args)

    standing = card.standing
    person = card.person
    lines = [words(PeopleWords.WHO, id=str(person.id), bot=bot.name)]
    if card.language:
        lines.append(words(PeopleWords.REQUEST_LANGUAGE, language=card.language))
    if card.first_at is not None and card.last_at is not None:
        first, last = moment(card.first_at), moment(card.last_at)
        lines.append(words(PeopleWords.SEEN, first=first, last=last))
    elif not card.known:
        lines.append(words(PeopleWords.NEVER_WROTE))
    lines += ["", words(_MODES[bot.access]), *standing_lines(language, standing, now)]
    if standing.decided_by is not None and standing.access is not Access.PENDING:
        name = card.decider or f"id {standing.decided_by}"
        lines.append(words(PeopleWords.DECIDED, name=name, at=moment(standing.updated_at)))
    if standing.invite_id is not None:
        lines.append(words(PeopleWords.CAME_BY_LINK, invite=str(standing.invite_id)))
    if card.waiting:
        lines.append(words(PeopleWords.QUESTIONS_WAIT, count=card.waiting))
    if standing.note:
        lines.append(words(PeopleWords.NOTE_IS, note=standing.note))
    return lines


def request_card(language: str, bot: Bot, person: Person, job: Job) -> Screen:
    """What admins are shown when a stranger wants to talk to their bot."""

    def words(text: Wording, **args: str | int) -> str:
        return say(text, language, **args)

    lines = [words(PeopleWords.WHO, id=str(person.id), bot=bot.name)]
    spoken = job.language or person.language_code
    if spoken:
        lines.append(words(PeopleWords.REQUEST_LANGUAGE, language=spoken))
    wrote = " ".join(job.text.split())
    files = sum(len(piece.attachments) for piece in job.pieces)
    if job.kind is Kind.COMMAND and wrote.split(" ")[0].partition("@")[0] == "/start":
        lines.append(words(PeopleWords.REQUEST_STARTED))
    elif wrote:
        cut = wrote if len(wrote) <= WROTE else f"{wrote[: WROTE - 1]}…"
        lines.append(words(PeopleWords.REQUEST_WROTE, said=cut))
    if files:
        lines.append(words(PeopleWords.REQUEST_FILES, count=files))
    about = f"bot {bot.id} request {person.id}"
    return Screen(
        words(PeopleWords.REQUEST_TITLE, name=called(person), bot=bot.name),
        tuple(lines),
        buttons=(
            (
                go(words(PeopleWords.ALLOW), f"{about} allow"),
                go(words(PeopleWords.ALLOW_DAY), f"{about} allow 1"),
            ),
            (
                go(words(PeopleWords.DENY), f"{about} deny"),
                go(words(PeopleWords.BLOCK), f"{about} block"),
            ),
            (go(words(PeopleWords.CARD), f"bot {bot.id} person {person.id}"),),
        ),
    )
