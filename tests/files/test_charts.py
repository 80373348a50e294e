"""The picture of what was spent: drawn apart, bounded, and done without where it cannot be."""

import sys
from io import BytesIO

from PIL import Image

from kotodom.chart import WIDTH, Chart, Series, bars, gathered
from kotodom.files.charts import ChartPainter

DAYS = tuple(f"11-{day:02}" for day in range(1, 31))


def chart(*names: str) -> Chart:
    return Chart(
        "Последние 30 дней",
        DAYS,
        tuple(Series(name, tuple(float(day) for day in range(30))) for name in names),
    )


async def test_the_picture_is_a_png_that_a_phone_shows_whole() -> None:
    picture = await ChartPainter().bars(chart("cat", "_hidden", "$x^{", "другой"))
    assert picture is not None
    image = Image.open(BytesIO(picture))
    assert (image.format, image.size) == ("PNG", (1280, 720))
    colours = image.convert("RGB").getcolors(1_000_000)
    assert colours is not None
    assert len(colours) > 10
    assert len(picture) < 200_000


async def test_without_the_library_there_is_no_picture() -> None:
    assert await ChartPainter(library="no_such_library").bars(chart("cat")) is None


async def test_a_drawing_that_takes_too_long_is_given_up() -> None:
    assert await ChartPainter(wall=0.01).bars(chart("cat")) is None


async def test_the_daemon_itself_never_loads_the_library() -> None:
    await ChartPainter().bars(chart("cat"))
    assert "matplotlib" not in sys.modules


def test_the_dearest_have_names_and_the_others_stand_together() -> None:
    many = [Series(f"bot{n}", (float(n), 1.0)) for n in range(10)]
    found = gathered([*many, Series("idle", (0.0, 0.0))], "others")
    assert [one.name for one in found] == [f"bot{n}" for n in range(9, 2, -1)] + ["others"]
    assert found[-1].amounts == (3.0, 3.0)


def test_letters_show_the_same_on_a_narrow_screen() -> None:
    lines = bars(chart("cat", "a bot with a very long name")).splitlines()
    assert len(lines) == 33
    assert all(len(line) <= 33 for line in lines)
    assert lines[0] == f"11-01 {' ' * WIDTH} $0.00"
    assert lines[1].startswith("11-02 ▋")
    assert lines[29] == f"11-30 {'█' * WIDTH} $58.00"


def test_the_least_that_was_spent_can_be_seen() -> None:
    drawn = Chart("x", ("11-01", "11-02"), (Series("cat", (0.001, 100.0)),))
    assert bars(drawn).splitlines()[0].split()[1] == "▏"
