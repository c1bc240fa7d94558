"""Nonces already seen: a signed request is good once."""

from collections import OrderedDict

LIFETIME = 30 * 60  # twice the date window: a date may lie 15 minutes ahead
MOST = 20_000


class Nonces:
    """The newest nonces, at most `most` of them; an older one would be taken for new."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._seen: OrderedDict[tuple[str, str], float] = OrderedDict()

    def is_new(self, key_id: str, nonce: str, now: float) -> bool:
        """Whether this key pair has not used the nonce; from now on it has."""
        self._forget(now)
        if (key_id, nonce) in self._seen:
            return False
        self._seen[key_id, nonce] = now
        return True

    def clear(self) -> None:
        self._seen.clear()

    def __len__(self) -> int:
        return len(self._seen)

    def _forget(self, now: float) -> None:
        while self._seen:
            oldest = next(iter(self._seen.items()))
            if len(self._seen) < self._most and now - oldest[1] < LIFETIME:
                return
            del self._seen[oldest[0]]
