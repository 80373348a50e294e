"""``kotodom`` as if it lay where it stays: the clone that is tested may lie in /tmp."""

from kotodom.cli import main
from kotodom.service import program

if __name__ == "__main__":
    program.PASSING = ()
    main()
