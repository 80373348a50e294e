"""The names of /admin's texts, a module for each noun; ``kotodom/i18n/admin`` has the words."""
