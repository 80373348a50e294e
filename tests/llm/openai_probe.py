"""Prints what a process sees of the SDK: ``lean`` or ``plain``; run by test_llm_lean.py."""

import importlib
import json
import pkgutil
import sys
import types


def packages(root):
    yield root
    for found in pkgutil.walk_packages(root.__path__, f"{root.__name__}."):
        if found.ispkg:
            yield importlib.import_module(found.name)


def main():
    lean = False
    if sys.argv[1] == "lean":
        from kotodom.llm.lean import import_openai

        lean = import_openai()
    import openai

    loaded = sum(name.startswith("openai.types") for name in sys.modules)
    names = {}
    for package in packages(openai.types):
        # A name that is not there makes a package load itself, like one that is.
        getattr(package, "anything", None)
        names[package.__name__] = sorted(
            f"{name} {getattr(value, '__module__', '')}"
            for name, value in vars(package).items()
            if not name.startswith("__") and not isinstance(value, types.ModuleType)
        )
    shape = {"names": names, "event": str(openai.types.responses.ResponseTextDeltaEvent.__mro__)}
    print(json.dumps({"lean": lean, "loaded": loaded, "shape": shape}))


main()
