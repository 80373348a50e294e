"""Imports the OpenAI SDK without the types that nobody here uses.

``import openai`` loads 468 modules of ``openai.types`` (10 of the 16 MB and half of the 0.4 s that
the SDK takes), only because each package there re-exports what its modules define. While it is
imported, those packages are put off until somebody asks one for a name, and then load as usual.
Only versions known to work this way are treated so; with any other, and after any failure, the SDK
is imported plainly. A test shows that both ways give the same names.
"""

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType

from loguru import logger

KNOWN = "3.54."
"""The version prefix for which a test has shown that both imports give the same names."""
TYPES = "openai.types"


def import_openai() -> bool:
    """Import the SDK; True when its types will be loaded on first use."""
    if "openai" in sys.modules:
        return False
    if not _installed().startswith(KNOWN):
        logger.debug("openai is imported plainly: version {}", _installed())
        importlib.import_module("openai")
        return False
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        importlib.import_module("openai")
    except Exception as error:  # noqa: BLE001 - an optimisation must never keep the program down
        logger.warning("openai is imported plainly: {}: {}", type(error).__name__, error)
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.partition(".")[0] == "openai"]:
            del sys.modules[name]
        importlib.import_module("openai")
        return False
    sys.meta_path.remove(finder)
    return True


def _installed() -> str:
    try:
        return version("openai")
    except PackageNotFoundError:
        return "unknown"


class _Package(ModuleType):
    """A package that runs its own code when it is first asked for a name."""

    def __getattr__(self, name: str) -> object:
        # The import system asks for names like __path__ and __all__ and can do without.
        loader = self.__spec__.loader if self.__spec__ else None
        if name.startswith("__") or not isinstance(loader, _Later):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        self.__class__ = ModuleType  # type: ignore[assignment]  # a package like any other now
        loader.plain.exec_module(self)
        return getattr(self, name)


class _Later(Loader):
    """Makes a package without running its code."""

    def __init__(self, plain: Loader) -> None:
        self.plain = plain

    def exec_module(self, module: ModuleType) -> None:
        module.__class__ = _Package


class _Finder(MetaPathFinder):
    """Finds the packages of ``openai.types``, and leaves everything else to the others."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != TYPES and not fullname.startswith(f"{TYPES}."):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None and spec.submodule_search_locations:
            spec.loader = _Later(spec.loader)
        return spec
