"""Imports aiogram so that it builds a model when it is first used, not all of them at once.

A plain import of aiogram 3.31 builds the validators of all its models: 4.4 s of CPU and 165 MB on
the machine this was written on. A bot host uses a dozen of them. So, while aiogram is imported,

* ``model_rebuild(_types_namespace=…)`` builds nothing and only keeps the namespace, and
* every model is created with pydantic's own ``defer_build``.

Afterwards each class is given that namespace as its parent namespace, where pydantic looks names
up when it completes a class on first use. Both patches are taken back before anything else runs.
Only versions known to work this way are treated so; with any other, and after any failure, aiogram
is imported plainly. A test shows that both ways give the same results.

Two differences remain. A model of our own that derives from an aiogram type or has one as a field
must call ``model_rebuild(_types_namespace=vars(aiogram.types))`` before it is used, because it
cannot resolve that type's fields by itself. And nothing guards the completion of a class, so the
first use of aiogram's models belongs to one thread: here the event loop's, where
:func:`kotodom.telegram.fleet.warm_up` completes what the daemon needs.
"""

import importlib
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from loguru import logger

KNOWN = {"aiogram": "3.31.", "pydantic": "2.13."}
"""Version prefixes for which a test has shown that both imports give the same results."""


def import_aiogram() -> bool:
    """Import aiogram; True when its models will be built on first use."""
    if "aiogram" in sys.modules:
        return False
    unknown = _unknown_versions()
    if unknown:
        logger.debug("aiogram is imported plainly: {}", unknown)
        importlib.import_module("aiogram")
        return False
    try:
        _import_deferred()
    except Exception as error:  # noqa: BLE001 - an optimisation must never keep the program down
        logger.warning("aiogram is imported plainly: {}: {}", type(error).__name__, error)
        _forget()
        importlib.import_module("aiogram")
        return False
    return True


def _unknown_versions() -> str:
    strange = []
    for name, prefix in KNOWN.items():
        try:
            installed = version(name)
        except PackageNotFoundError:
            installed = "unknown"
        if not installed.startswith(prefix):
            strange.append(f"{name} {installed}")
    return ", ".join(strange)


def _import_deferred() -> None:
    from pydantic import BaseModel
    from pydantic._internal._model_construction import build_lenient_weakvaluedict

    original = BaseModel.__dict__["model_rebuild"]
    config = BaseModel.model_config
    namespaces: list[dict[str, Any]] = []

    def keep_namespace(
        cls: Any, /, *, _types_namespace: dict[str, Any] | None = None, **options: Any
    ) -> Any:
        if _types_namespace is None:
            return original.__func__(cls, **options)
        if not any(known is _types_namespace for known in namespaces):
            namespaces.append(_types_namespace)
        return None

    patched: Any = BaseModel  # a method and a ClassVar are replaced on purpose
    patched.model_rebuild = classmethod(keep_namespace)
    patched.model_config = {**config, "defer_build": True}
    try:
        importlib.import_module("aiogram")
    finally:
        patched.model_rebuild = original
        patched.model_config = config

    merged = {name: value for namespace in namespaces for name, value in namespace.items()}
    # One dictionary for all classes: a copy for each would be 600 times 450 entries.
    shared = build_lenient_weakvaluedict(merged)
    for model in _models(BaseModel):
        if model.__module__.startswith("aiogram."):
            model.__pydantic_parent_namespace__ = shared
    _prove()


def _models(root: Any) -> Iterator[Any]:
    for model in root.__subclasses__():
        yield model
        yield from _models(model)


def _prove() -> None:
    """Complete one small class of each family, so that a misfit shows here and not in a chat."""
    from aiogram.methods import Response, SetMyName
    from aiogram.types import User

    user = {"id": 1, "is_bot": True, "first_name": "x"}
    answer = Response[User].model_validate({"ok": True, "result": user})
    if answer.result is None or answer.result.first_name != "x" or SetMyName(name="x").name != "x":
        raise RuntimeError("a class completed on first use does not work")


def _forget() -> None:
    """Drop a half-done import, so that the next one starts afresh."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "aiogram"]:
        del sys.modules[name]
