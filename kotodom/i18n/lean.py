"""Lets go of what Babel loads with a language and Fluent never asks for: 4.6 of its 4.8 MiB.

Fluent needs plural rules and the forms of numbers; names of countries, languages and time zones,
dates and units come with them. What is gone could be loaded again only by a new process, so it is
only what none of Fluent's functions can be asked for with the arguments that we have, texts and
whole numbers. Only versions known to keep it in these places are treated so.
"""

import babel
from babel import core, localedata

KNOWN = "2."
"""Babel's version prefix for which a test has shown that what is said stays the same."""
NEEDLESS = frozenset(
    {
        "territories",
        "languages",
        "variants",
        "scripts",
        "list_patterns",
        "zone_formats",
        "time_zones",
        "meta_zones",
        "months",
        "days",
        "quarters",
        "eras",
        "day_periods",
        "datetime_skeletons",
        "interval_formats",
        "unit_patterns",
        "compound_unit_patterns",
        "unit_display_names",
        "date_fields",
        "measurement_systems",
    }
)
"""What of a language goes."""


def forget_needless() -> None:
    """Free what Babel has loaded and Fluent does not need; safe to call at any time."""
    if not babel.__version__.startswith(KNOWN):
        return
    # Babel loads this one again when it is asked for.
    if hasattr(core, "_global_data"):
        core._global_data = None
    for data in getattr(localedata, "_cache", {}).values():
        for name in NEEDLESS & data.keys():
            del data[name]
