"""``kotodom run`` that looks after a full disk twice a second instead of every five seconds."""

from kotodom import patience, upkeep
from kotodom.cli import main

if __name__ == "__main__":
    upkeep.PRESSURE = patience.AGAIN = 0.5
    main()
