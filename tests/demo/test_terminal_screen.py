"""Live lines are drawn in place; what stays above them stays."""

from hypothesis import given
from hypothesis import strategies as st

from kotodom.demo.terminal.screen import Screen
from kotodom.demo.terminal.text import width
from tests.demo.virtual_terminal import VirtualTerminal

COLUMNS, ROWS = 12, 6

_LINE = st.text("ab 猫", max_size=5)
_LIVE = st.lists(_LINE, min_size=1, max_size=ROWS - 1)
_ACTION = st.one_of(
    st.tuples(st.just("draw"), _LIVE, st.integers(0, ROWS)),
    st.tuples(st.just("add"), st.text("cd", min_size=1, max_size=30), st.just(0)),
)


def _draw(screen: Screen, lines: list[str], row: int) -> None:
    row = min(row, len(lines) - 1)
    screen.draw(lines, [width(line) for line in lines], row, width(lines[row]))


def _wrapped(text: str) -> list[str]:
    return [text[at : at + COLUMNS] for at in range(0, len(text), COLUMNS)]


@given(st.lists(_ACTION, max_size=12), _LIVE)
def test_the_screen_shows_what_stays_and_then_the_live_lines_and_nothing_else(
    actions: list[tuple[str, list[str] | str, int]], last: list[str]
) -> None:
    terminal = VirtualTerminal(COLUMNS, ROWS)
    screen = Screen(terminal.write)
    stays: list[str] = []
    for kind, what, row in actions:
        if kind == "draw":
            assert isinstance(what, list)
            _draw(screen, what, row)
        else:
            assert isinstance(what, str)
            screen.add(what)
            stays += _wrapped(what)
    _draw(screen, last, 0)
    assert terminal.lines() == [line.rstrip() for line in [*stays, *last]]
    assert terminal.row == len(stays)
    assert terminal.column == width(last[0])


def test_rows_that_did_not_change_are_not_written_again() -> None:
    terminal = VirtualTerminal(COLUMNS, ROWS)
    screen = Screen(terminal.write)
    _draw(screen, ["draft", "prompt"], 1)
    written = len(terminal.raw)
    _draw(screen, ["draft", "prompt x"], 1)
    assert "draft" not in terminal.raw[written:]


def test_a_line_that_is_wider_than_believed_still_takes_one_row() -> None:
    """Terminals differ about emoji; the row count must not depend on it."""
    terminal = VirtualTerminal(COLUMNS, ROWS)
    screen = Screen(terminal.write)
    screen.draw(["x" * (COLUMNS + 5), "prompt"], [3, 6], 1, 6)
    screen.draw(["short", "prompt"], [5, 6], 1, 6)
    assert terminal.lines() == ["short", "prompt"]


def test_after_the_terminal_became_narrower_the_wrapped_rows_are_erased() -> None:
    terminal = [VirtualTerminal(COLUMNS, ROWS)]
    screen = Screen(lambda text: terminal[0].write(text))
    screen.add("stays")
    screen.draw(["a" * 10, "b" * 10], [10, 10], 1, 9)
    # What a terminal that wraps anew makes of it in five columns.
    terminal[0] = VirtualTerminal(5, ROWS)
    terminal[0].write("stays\n" + "a" * 10 + "\n" + "b" * 10)
    screen.resized(5)
    _draw(screen, ["c"], 0)
    assert terminal[0].lines() == ["stays", "c"]


def test_clearing_leaves_only_what_stays() -> None:
    terminal = VirtualTerminal(COLUMNS, ROWS)
    screen = Screen(terminal.write)
    screen.add("stays")
    _draw(screen, ["live", "lines"], 1)
    screen.clear()
    assert terminal.lines() == ["stays", ""]
