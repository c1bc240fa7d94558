"""A sandbox: what it knows, what it has accepted, and what may be told to it while it runs."""

import threading
import time
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import phones
from .catalog import Account, Catalog, Signature, Template
from .clock import Clock
from .faults import Faults
from .frequency import Frequency
from .inbox import Inbox, Message
from .nonces import Nonces
from .receipts import Receipts

if TYPE_CHECKING:
    from .server import App

CAPACITY = 10_000


class Sandbox:
    """Stands in for dysmsapi.aliyuncs.com; may be used from any thread.

    Without `tables` (see `catalog.ready`) it knows nothing until it is told. `lenient`: signatures and templates
    that it does not know are accepted. `frequency`: Alibaba's limits per number are kept. `delivery_delay`:
    seconds from acceptance to receipt. `capacity`: messages kept. `hosts`: further Host names that it answers to
    (loopback names always). `machine_time` judges the dates of signatures; all else goes by `clock`.
    """

    def __init__(
        self,
        tables: Mapping[str, Any] | None = None,
        *,
        lenient: bool = False,
        frequency: bool = False,
        delivery_delay: float = 3.0,
        capacity: int = CAPACITY,
        hosts: Collection[str] = (),
        machine_time: Callable[[], float] = time.time,
    ) -> None:
        self.lock = threading.RLock()
        self.lenient = lenient
        self.delivery_delay = delivery_delay
        self.hosts = frozenset(hosts)
        self.machine_time = machine_time
        self.clock = Clock()
        self.catalog = Catalog()
        self.catalog.fill(tables or {})
        self.inbox = Inbox(capacity)
        self.frequency = Frequency(frequency)
        self.faults = Faults()
        self.nonces = Nonces()
        self.receipts = Receipts(self.clock, capacity)

    @cached_property
    def app(self) -> "App":
        """The ASGI application: the gateway, and the sandbox's own paths under /sandbox/."""
        from .server import application

        return application(self)

    def add_account(self, key_id: str, secret: str, **more: Any) -> None:
        """A key pair that may sign; `more`: see catalog.Account. A known key id gets the new secret."""
        with self.lock:
            self.catalog.accounts[key_id] = Account(key_id, secret, **more)

    def add_sign(self, name: str, **more: Any) -> None:
        """An approved signature; `more`: see catalog.Signature."""
        with self.lock:
            self.catalog.signatures[name] = Signature(name, **more)

    def add_template(self, code: str, content: str | None, kind: str = "notification", **more: Any) -> None:
        """An approved template; `content` None: any params are accepted. `more`: see catalog.Template."""
        with self.lock:
            self.catalog.templates[code] = Template(code, content, kind, **more)

    def messages(self, number: str | None = None, limit: int | None = None, after: int = 0) -> list[Message]:
        """What was accepted, newest first: to one number, at most `limit`, with an id above `after`."""
        with self.lock:
            return self.inbox.find(_plain(number), limit, after)

    def delete(self, number: str | None = None) -> int:
        """Take the messages (to one number) out of the inbox; how many there were."""
        with self.lock:
            return self.inbox.delete(_plain(number))

    def take(self, message: Message) -> None:
        self.inbox.add(message)
        self.receipts.expect(message)

    def reset(self) -> None:
        """Forget messages, counters, nonces, faults and waiting receipts; the clock is the machine's again."""
        with self.lock:
            self.inbox.delete()
            for store in (self.frequency, self.nonces, self.faults, self.receipts):
                store.clear()
            self.clock.reset()


def _plain(number: str | None) -> str | None:
    phone = phones.parse(number) if number else None
    return phone.number if phone else number
