"""``python -m tests.pictures``: take the README's pictures again.

Every scene is played by the real daemon against the emulated Telegram; the model has a script.
The picture of the house, which needs no daemon, is drawn for the documentation.
"""

import asyncio
from pathlib import Path

from tests.pictures.house import house
from tests.pictures.panels import picture
from tests.pictures.scenes import SCENES
from tests.pictures.theatre import theatre

FOLDER = Path(__file__).parent
HOUSE = FOLDER.parent.parent / "docs" / "house.svg"


async def draw() -> dict[str, str]:
    """The pictures by their file names."""
    drawn = {}
    async with theatre() as stage:
        for name, (title, scene) in SCENES.items():
            drawn[f"{name}.svg"] = picture(title, await scene(stage))
    return drawn


def main() -> None:
    HOUSE.write_text(house(), encoding="utf-8")
    for name, drawing in asyncio.run(draw()).items():
        (FOLDER / name).write_text(drawing, encoding="utf-8")
        print(f"{name}: {len(drawing):,} bytes")


if __name__ == "__main__":
    main()
