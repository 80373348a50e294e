"""One address of a provider: the client for it, made when first needed, and its errors as ours."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kotodom.clock import Clock
from kotodom.errors import EXHAUSTED, ProviderUnavailable
from kotodom.llm import sdk
from kotodom.llm.errors import CannotCall, cannot_call, translate

if TYPE_CHECKING:
    from openai import AsyncOpenAI


class Endpoint:
    """Where requests go; a request may carry a key of its own."""

    def __init__(
        self, *, api_key: str, base_url: str, proxy: str, timeout: float, clock: Clock
    ) -> None:
        self._api_key = api_key
        self._base_url = base_url
        self._proxy = proxy
        self._timeout = timeout
        self._clock = clock
        self._client: AsyncOpenAI | None = None
        self._building = asyncio.Lock()

    async def close(self) -> None:
        """Close every connection."""
        if self._client is not None:
            await self._client.close()

    def secrets(self, api_key: str) -> tuple[str, ...]:
        """What an answer to a call with that key may repeat."""
        return (self._api_key, api_key) if api_key else (self._api_key,)

    @contextmanager
    def translated(
        self, api_key: str = "", *, pictured: bool = False, quoting: bool = True
    ) -> Iterator[None]:
        """Turn whatever the SDK and its HTTP client raise into our errors.

        Without their tracebacks, which may hold the key. For *pictured* and *quoting* see
        :func:`translate`.
        """
        try:
            yield
        except Exception as error:  # noqa: BLE001 - translated whole
            ours = translate(
                error,
                now=self._clock.now(),
                secrets=self.secrets(api_key),
                pictured=pictured,
                quoting=quoting,
            )
            raise ours or cannot_call(error) from None

    async def client(self) -> "AsyncOpenAI":
        """The one client of this address; raises CannotCall when it cannot be built."""
        if self._client is None:
            async with self._building:
                if self._client is None:
                    self._client = await self._build()
        return self._client

    async def _build(self) -> "AsyncOpenAI":
        try:
            return await asyncio.to_thread(
                sdk.build_client,
                api_key=self._api_key,
                base_url=self._base_url,
                proxy=self._proxy,
                timeout=self._timeout,
            )
        except ImportError:
            raise CannotCall("A SOCKS proxy needs the Python package socksio: install it") from None
        except OSError as error:
            if error.errno in EXHAUSTED:
                raise ProviderUnavailable(f"this machine: {error.strerror}") from None
            raise CannotCall(
                f"The certificates of this machine cannot be read ({type(error).__name__}): "
                "check SSL_CERT_FILE and SSL_CERT_DIR"
            ) from None
        except Exception as error:  # noqa: BLE001 - the SDK's whole set-up; it may quote the key
            raise cannot_call(error) from None
