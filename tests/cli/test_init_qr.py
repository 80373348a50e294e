"""The link as a QR code: module for module what other programs draw."""

from kotodom.setup import qr

# Drawn by the package qrcode 8 (level L, mask 0) for this text.
TEXT = "t.me/cat_bot?start=adm"
DRAWN = """
#######...#....#..#######
#.....#..#...###..#.....#
#.###.#.#..#..###.#.###.#
#.###.#..#..#..##.#.###.#
#.###.#..#..##.#..#.###.#
#.....#...#######.#.....#
#######.#.#.#.#.#.#######
........#..#.###.........
###.#####...##..###...#..
####...###.###..###...###
..###.##..###.#.#.##.####
..##.#.#.##.#######.#..##
...#.##.#.##.#...####..#.
....#..#..##.#..###....##
#..#..##..#......#..###.#
.###....####.#....#..#.#.
#..##.##.##.##..#####..##
........#..##...#...#.#.#
#######.#..##..##.#.##.##
#.....#.###.###.#...#..##
#.###.#.##.#..#.#####..##
#.###.#..#.#....#...##...
#.###.#.#.#..#.#.#.###..#
#.....#.##.#....#......#.
#######.#...#...#.#.#..##
"""


def test_a_code_is_the_one_that_the_standard_says() -> None:
    code = ["".join(".#"[dark] for dark in row) for row in qr.encoded(TEXT)]
    assert code == DRAWN.split()


def test_each_size_holds_what_it_can_and_more_is_not_drawn() -> None:
    sizes = [len(qr.encoded("x" * length)) for length in (17, 18, 32, 33, 53, 78, 106, 107)]
    assert sizes == [21, 25, 25, 29, 29, 33, 37, 0]
    assert qr.drawn("x" * 107) == ""


def test_two_rows_of_modules_are_a_line_with_a_blank_frame() -> None:
    lines = qr.drawn(TEXT).splitlines()
    assert len(lines) == (25 + 8 + 1) // 2
    assert {len(line) for line in lines} == {len("\x1b[30;107m\x1b[0m") + 25 + 8}
    assert not set(lines[0][9:-4] + lines[1][9:-4]) - {" "}
