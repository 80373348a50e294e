"""How what was found is shown to people and to programs."""

import json

from kotodom import __version__
from kotodom.check import Row, State, as_json, table, told
from kotodom.redaction import remember

SECRET = "a-secret-that-was-remembered"
LONG = Row(
    "recordings, a-model-with-a-long-name",
    State.FAILED,
    "the provider does not know the model, and it says so in a great many words",
    "name a model that transcribes in openai.transcribe_model, or set it to nothing",
)


def test_the_table_fits_eighty_columns_and_sets_each_fix_apart() -> None:
    assert table([Row("config", State.OK, "config.toml"), LONG]).splitlines() == [
        "what                      state   detail",
        "config                    ok      config.toml",
        "recordings,               FAILED  the provider does not know the model, and it",
        "a-model-with-a-long-name          says so in a great many words",
        "                                  fix: name a model that transcribes in",
        "                                       openai.transcribe_model, or set it to",
        "                                       nothing",
        "",
        "1 failed.",
    ]


def test_a_wider_terminal_needs_fewer_lines() -> None:
    assert len(table([LONG], 200).splitlines()) < len(table([LONG]).splitlines())


def test_the_last_line_counts() -> None:
    fine, note, failed = (Row(state, state, "") for state in State)
    assert table([fine]).endswith("\n\nAll is well.")
    assert table([fine, note]).endswith("\n\n1 note.")
    assert table([failed, note, note]).endswith("\n\n1 failed, 2 notes.")


def test_secrets_are_in_neither_form() -> None:
    remember([SECRET])
    token = "987654321:" + "t" * 35
    rows = [Row(f"bot {SECRET}", State.FAILED, f"it said\n{token}", f"curl {SECRET}")]
    for text in (table(rows), as_json(rows)):
        assert "it said 987654321:***" in text
        assert SECRET not in text
        assert token not in text


def test_json_has_a_stable_shape() -> None:
    rows = [Row("config", State.OK, "config.toml"), LONG]
    assert json.loads(as_json(rows)) == {
        "kotodom": __version__,
        "ok": False,
        "rows": [
            {"what": "config", "state": "ok", "detail": "config.toml", "fix": ""},
            {"what": LONG.what, "state": "FAILED", "detail": LONG.detail, "fix": LONG.fix},
        ],
    }
    assert json.loads(as_json(rows[:1]))["ok"]


def test_an_error_s_text_is_taken_apart_into_what_happened_and_what_to_do() -> None:
    assert told("a", State.NOTE, "it is open; and wide; run: chmod 600 x") == Row(
        "a", State.NOTE, "it is open; and wide", "chmod 600 x"
    )
    assert told("a", State.FAILED, "nothing is known") == Row("a", State.FAILED, "nothing is known")
