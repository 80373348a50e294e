"""What people send besides words, as aiogram parses it; replies, quotes, forwards, long pastes."""

import pytest
from botapi_pictures import picture

from kotodom.demo.botapi import origins
from kotodom.demo.botapi.text import utf16_length


async def test_a_photo_has_several_sizes_the_largest_last(api, aio, heard, chat):
    data = picture(1000, 500)
    said = await chat.photo(data, caption="look at /this", spoiler=True)
    (message,) = await heard()
    sizes = [(size.width, size.height) for size in message.photo]
    assert sizes == [(90, 45), (320, 160), (800, 400), (1000, 500)]
    assert len({size.file_unique_id for size in message.photo}) == 4
    assert message.photo[-1].file_size == len(data)
    assert (message.caption, message.text, message.has_media_spoiler) == (
        "look at /this",
        None,
        True,
    )
    assert message.caption_entities[0].type == "bot_command"
    assert (await aio.download(message.photo[-1])).read() == data
    small = (await aio.download(message.photo[0])).read()
    assert len(small) == message.photo[0].file_size < len(data)
    assert chat.file(said) == data
    assert chat.messages()[-1].media.kind == "photo"


async def test_a_picture_that_cannot_be_measured_is_delivered_all_the_same(heard, chat):
    await chat.photo(b"not a picture")
    await chat.photo(picture(10, 10), size=(50_000, 40_000))
    broken, huge = await heard()
    assert len(broken.photo) == 1
    assert (huge.photo[-1].width, huge.photo[-1].height) == (50_000, 40_000)


async def test_an_album_is_separate_messages_of_one_group_at_once(heard, chat, bot):
    ids = await chat.album([picture(), picture(), picture()], "three of them")
    assert bot.updates == 3
    messages = await heard()
    assert [message.message_id for message in messages] == ids
    assert len({message.media_group_id for message in messages}) == 1
    assert [message.caption for message in messages] == ["three of them", None, None]
    await chat.album([(b"a", "a.txt"), (b"b", "b.txt")], ["", "last"])
    documents = await heard()
    assert [message.document.file_name for message in documents] == ["a.txt", "b.txt"]
    assert documents[-1].caption == "last"
    assert documents[0].media_group_id != messages[0].media_group_id


@pytest.mark.parametrize("items", [[b"x"], [b"x"] * 11, [b"x", (b"y", "y.txt")]])
async def test_albums_no_client_would_make(chat, items):
    with pytest.raises(ValueError, match="album"):
        await chat.album(items)


async def test_files_of_every_kind_download_as_they_were_sent(aio, heard, chat):
    await chat.document(b"# Hi", "notes.md", caption="read")
    await chat.voice(b"Ogg", 3)
    await chat.audio(b"ID3", 120, title="Song", performer="Choir")
    await chat.video(b"mp4", 9, caption="watch")
    await chat.video_note(b"round", 5)
    await chat.animation(b"gif", 2)
    document, voice, audio, video, note, animation = await heard()
    assert (document.document.file_name, document.document.mime_type) == (
        "notes.md",
        "text/markdown",
    )
    assert (voice.voice.duration, voice.voice.mime_type) == (3, "audio/ogg")
    assert (audio.audio.title, audio.audio.performer) == ("Song", "Choir")
    assert (video.video.thumbnail.width, video.caption) == (320, "watch")
    assert (note.video_note.length, note.caption) == (384, None)
    assert animation.document.file_id == animation.animation.file_id
    for file, data in (
        (document.document, b"# Hi"),
        (voice.voice, b"Ogg"),
        (audio.audio, b"ID3"),
        (video.video, b"mp4"),
        (note.video_note, b"round"),
        (animation.animation, b"gif"),
    ):
        assert (await aio.download(file)).read() == data
        assert file.file_size == len(data)


async def test_things_that_are_no_files(heard, chat):
    await chat.sticker("😺")
    await chat.sticker("🎉", is_animated=True)
    await chat.location(52.5, 13.4)
    await chat.venue(52.5, 13.4, "Gate", "Pariser Platz")
    await chat.contact("+49123", "Bob", "Brown", user_id=9)
    await chat.poll("Tea?", ["yes", "no"])
    await chat.dice(4)
    sticker, moving, place, venue, card, poll, dice = await heard()
    assert (sticker.sticker.emoji, sticker.sticker.is_animated) == ("😺", False)
    assert moving.sticker.is_animated
    assert (place.location.latitude, place.venue) == (52.5, None)
    assert (venue.venue.title, venue.location.longitude) == ("Gate", 13.4)
    assert (card.contact.first_name, card.contact.user_id) == ("Bob", 9)
    assert [option.text for option in poll.poll.options] == ["yes", "no"]
    assert (dice.dice.value, dice.dice.emoji) == (4, "🎲")
    assert "[sticker: 😺" in chat.transcript()
    with pytest.raises(LookupError, match="no file"):
        chat.file(chat.messages()[-1].id)


async def test_a_reply_carries_the_whole_of_what_it_answers_but_no_further(client, heard, chat):
    first = await chat.photo(picture(), caption="my *cat*")
    second = await chat.say("and?", reply_to=first)
    await chat.voice(b"Ogg", 1, reply_to=second)
    photo, text, voice = await heard()
    assert text.reply_to_message.caption == "my *cat*"
    assert text.reply_to_message.photo[-1].file_id == photo.photo[-1].file_id
    assert voice.reply_to_message.text == "and?"
    assert voice.reply_to_message.reply_to_message is None


async def test_a_quote_names_its_place_in_utf16_units(heard, chat):
    said = await chat.say("😀 the red cat")
    await chat.say("which?", reply_to=said, quote="red")
    _, asked = await heard()
    assert (asked.quote.text, asked.quote.position, asked.quote.is_manual) == ("red", 7, True)
    assert chat.messages()[-1].quote == "red"
    with pytest.raises(ValueError, match="quote"):
        await chat.say("which?", reply_to=said, quote="blue")


async def test_forwards_name_their_origin_in_four_ways(api, heard, chat):
    bob = api.user(9, "Bob")
    await chat.forward("one", origins.from_user(bob))
    await chat.forward("two", origins.from_hidden_user("Someone"))
    await chat.forward("three", origins.from_chat("Admins"))
    await chat.photo(picture(), caption="four", origin=origins.from_channel("News", 77, date=5))
    user, hidden, group, channel = (message.forward_origin for message in await heard())
    assert user.sender_user.id == 9
    assert hidden.sender_user_name == "Someone"
    assert group.sender_chat.title == "Admins"
    assert (channel.chat.title, channel.message_id, channel.date.timestamp()) == ("News", 77, 5)


async def test_a_paste_is_cut_near_the_limit_where_a_client_would(heard, chat):
    text = "\n".join(f"line {number} of a long list" for number in range(600))
    ids = await chat.paste(text)
    pieces = [message.text for message in await heard()]
    assert len(pieces) == len(ids) == 4
    assert "\n".join(pieces) == text
    assert all(3700 < utf16_length(piece) <= 4096 for piece in pieces[:-1])
    await chat.paste("word " * 1000)
    assert all(piece.text.startswith("word") for piece in await heard())
    await chat.paste("😀" * 3000)
    assert [utf16_length(message.text) for message in await heard()] == [4096, 1904]


async def test_editing_a_caption_is_told(heard, chat):
    said = await chat.photo(picture(), caption="what is this")
    await chat.edit(said, "what is this?")
    _, edited = await heard()
    assert (edited.caption, edited.text, bool(edited.photo)) == ("what is this?", None, True)
    assert chat.history_of(said) == ["what is this", "what is this?"]
    await chat.edit(said, "")
    sticker = await chat.sticker("😺")
    with pytest.raises(RuntimeError, match="no words"):
        await chat.edit(sticker, "hi")


async def test_media_go_to_groups_and_topics(api, bot, heard):
    bot.can_read_all = True
    ann, bob = api.user(1, "Ann"), api.user(2, "Bob")
    forum = api.group("Club", [bot], [ann, bob], forum=True)
    await heard()
    await forum.photo(picture(), user=bob, thread_id=5, caption="hi")
    opened, photo = await heard()
    assert opened.forum_topic_created
    assert (photo.message_thread_id, photo.is_topic_message, photo.from_user.id) == (5, True, 2)


async def test_privacy_mode_hears_media_by_their_caption_alone(api, bot, heard):
    group = api.group("Club", [bot], [api.user(1)])
    await heard()
    await group.photo(picture())
    await group.photo(picture(), caption="@cat_bot what is this?")
    await group.album([picture(), picture()], "@cat_bot and these?")
    heard_of = await heard()
    assert [message.caption for message in heard_of] == [
        "@cat_bot what is this?",
        "@cat_bot and these?",
    ]


async def test_media_go_to_topics_of_private_chats(api, heard):
    bot = api.add_bot("42:" + "A" * 35, username="cat_bot", topics=True)
    chat = api.private(bot, api.user(7))
    await chat.voice(b"Ogg", 1, thread_id=9)
    _, voice = await heard()
    assert (voice.message_thread_id, voice.is_topic_message) == (9, True)


async def test_captions_have_their_limit(chat):
    with pytest.raises(ValueError, match="1024"):
        await chat.photo(picture(), caption="x" * 1025)
