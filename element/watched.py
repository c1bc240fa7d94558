"""An executable whose calls are told to its element's hooks."""

import inspect
from collections.abc import Callable
from typing import Any


class Watched:
    """Stands for `executable`: `called` is told before each call, `failed` what one raises, which still comes out."""

    def __init__(
        self, executable: object, called: Callable[[], object] | None, failed: Callable[[Exception], object]
    ) -> None:
        self.__wrapped__ = executable
        self._called = called or (lambda: None)
        self._failed = failed

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.__wrapped__, name)
        if name.startswith("_") or not inspect.isroutine(found):
            return found
        return self._awaited(found) if inspect.iscoroutinefunction(found) else self._direct(found)

    def _direct(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any, **named: Any) -> Any:
            self._called()
            try:
                return method(*arguments, **named)
            except Exception as error:
                self._failed(error)
                raise

        return watched

    def _awaited(self, method: Callable[..., Any]) -> Callable[..., Any]:
        async def watched(*arguments: Any, **named: Any) -> Any:
            self._called()
            try:
                return await method(*arguments, **named)
            except Exception as error:
                self._failed(error)
                raise

        return watched
