"""Tokens are sealed with a key that lies elsewhere; without it nothing is lost or shown."""

import os
import stat
from pathlib import Path

import pytest

from kotodom.errors import SealBroken
from kotodom.model import Bot, BotSource
from kotodom.sealing import HIDDEN, SEALED, Sealer, is_key, key_file, new_key, write_keys
from tests.support.users import unprivileged

TOKEN = "70001:" + "T" * 35


def bot(token: str, source: BotSource = BotSource.ADMIN) -> Bot:
    return Bot(1, 70001, "dog", "", token, "", "", "", "", "", True, "", source=source)


def test_a_key_is_made_when_it_is_first_needed_for_us_alone(tmp_path: Path) -> None:
    file = key_file(tmp_path / "kotodom.db")
    assert file == tmp_path / "kotodom.db.key"
    sealer = Sealer("", file)
    assert not file.exists()
    before = os.umask(0)
    try:
        sealed = sealer.seal(TOKEN)
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert SEALED.fullmatch(sealed) and TOKEN not in sealed
    assert Sealer("", file).open(sealed) == TOKEN
    assert [path.name for path in tmp_path.iterdir()] == ["kotodom.db.key"]


def test_a_lost_key_is_never_replaced_by_a_new_one(tmp_path: Path) -> None:
    sealed = Sealer("", tmp_path / "k").seal(TOKEN)
    (tmp_path / "k").unlink()
    sealer = Sealer("", tmp_path / "k")
    marked = sealer.opened(bot(sealed))
    assert marked.token == "" and "is missing: restore the file" in marked.error
    with pytest.raises(SealBroken, match="is missing"):
        sealer.seal(TOKEN)
    assert not (tmp_path / "k").exists()


def test_what_somebody_made_up_is_no_lost_key(tmp_path: Path) -> None:
    sealer = Sealer("", tmp_path / "k")
    with pytest.raises(SealBroken):
        sealer.open("sealed:nonsense")
    assert sealer.open(sealer.seal(TOKEN)) == TOKEN


def test_another_key_opens_nothing_and_says_so(tmp_path: Path) -> None:
    sealed = Sealer("A" * 43, None).seal(TOKEN)
    with pytest.raises(SealBroken, match=r"another key than \[secrets\] key"):
        Sealer("B" * 43, None).open(sealed)
    with pytest.raises(SealBroken, match="another key"):
        Sealer("A" * 43, None).open("sealed:nonsense")


@pytest.mark.parametrize("inside", ["", "short", "ключ", "A" * 43 + ",short"])
def test_a_damaged_key_file_is_no_key(tmp_path: Path, inside: str) -> None:
    (tmp_path / "k").write_text(inside, encoding="utf-8")
    with pytest.raises(SealBroken, match=r"holds no key|cannot be read"):
        Sealer("", tmp_path / "k").seal(TOKEN)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(SealBroken, match="cannot be written"):
        Sealer("", tmp_path / "nowhere" / "k").seal(TOKEN)


def test_of_several_keys_the_first_seals_and_every_one_opens() -> None:
    old, both, new = (Sealer(keys, None) for keys in ("A" * 43, f"{'B' * 43},{'A' * 43}", "B" * 43))
    assert both.open(old.seal(TOKEN)) == TOKEN
    assert new.open(both.seal(TOKEN)) == TOKEN


def test_without_a_key_only_a_mark_is_stored() -> None:
    assert Sealer("", None).hide(TOKEN) == HIDDEN
    with pytest.raises(SealBroken, match=r"set \[secrets\] key"):
        Sealer("", None).seal(TOKEN)


def test_only_tokens_of_the_database_are_opened(tmp_path: Path) -> None:
    configured = bot(TOKEN, BotSource.CONFIG)
    assert Sealer("", None).opened(configured) == configured
    assert Sealer("", None).opened(bot("")) == bot("")


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("A" * 43, True),
        ("A" * 43 + "=", True),
        ("+/" + "A" * 41, True),
        ("A" * 42, False),
        ("", False),
    ],
)
def test_a_key_is_32_bytes_in_base64(said: str, right: bool) -> None:
    assert is_key(said) is right


def test_a_key_that_somebody_else_lets_us_read_is_as_good_as_our_own(tmp_path: Path) -> None:
    """The owner may be root, the disk may be read-only: then its mode is theirs to choose."""
    sealed = Sealer("", tmp_path / "k").seal(TOKEN)
    (tmp_path / "k").chmod(0o644)
    with unprivileged(tmp_path):
        assert Sealer("", tmp_path / "k").open(sealed) == TOKEN


def test_a_link_to_the_key_stays_one(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    real, link = tmp_path / "elsewhere" / "key", tmp_path / "k"
    link.symlink_to(real)
    old = Sealer("", link).seal(TOKEN)
    assert Sealer("", real).open(old) == TOKEN
    write_keys(link, (new_key(),))
    assert link.is_symlink() and [path.name for path in real.parent.iterdir()] == ["key"]
    with pytest.raises(SealBroken, match="another key"):
        Sealer("", real).open(old)


def test_half_a_character_stops_nobody(tmp_path: Path) -> None:
    """Whatever somebody sends as a key is sealed before anybody looks at it."""
    sealer = Sealer("", tmp_path / "k")
    assert sealer.open(sealer.hide("key \ud83d")) == "key ?"


def test_a_key_that_was_put_into_the_configuration_names_the_way_there(tmp_path: Path) -> None:
    sealed = Sealer("", tmp_path / "k").seal(TOKEN)
    with pytest.raises(SealBroken, match=r"in .*/k, stop Kotodom and run `kotodom secrets rotate`"):
        Sealer("A" * 43, tmp_path / "k").open(sealed)
