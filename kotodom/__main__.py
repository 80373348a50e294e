"""``python -m kotodom``"""

from kotodom.cli import main

if __name__ == "__main__":
    main()
