"""``kotodom run`` on a disk that hangs: a thread that asks it anything never comes back."""

import shutil
import threading

from loguru import logger

from kotodom import upkeep
from kotodom.cli import main


def hang(folder: object) -> None:
    logger.info("the disk hangs")
    threading.Event().wait()


if __name__ == "__main__":
    upkeep.PRESSURE = 0.1
    shutil.disk_usage = hang  # type: ignore[assignment]
    main()
