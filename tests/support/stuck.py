"""``kotodom run`` with a thread that never comes back, as from a disk whose server is gone."""

import threading

from kotodom import upkeep
from kotodom.cli import main


def hang(folder: object) -> None:
    threading.Event().wait()


if __name__ == "__main__":
    upkeep.PRESSURE = 0.1
    upkeep.shutil.disk_usage = hang
    main()
