"""Everything that talks to Telegram; aiogram is imported here first, in the lean way."""

from kotodom.telegram.lean import import_aiogram

import_aiogram()
