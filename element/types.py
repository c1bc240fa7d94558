"""From an element's `type` to the loader that makes it executable."""

from element.aliyun import Loader, Node
from element.errors import ElementError

LOADERS = {"SMS.Aliyun": Loader}
META = "SMS.Meta"


def load(type_name: str, node: Node) -> object:
    """What the Type's loader makes of the element directory behind `node`. Raises ElementError."""
    loader = LOADERS.get(type_name)
    if loader is None:
        facts = {"element": node.fullName, "type": type_name, "known": ", ".join(LOADERS)}
        raise ElementError("unknown_type", facts)
    return loader([node]).load()


def is_type(type_name: object) -> bool:
    """Whether an element that declares this `type` is a Meta or a Type itself, and no instance."""
    return type_name in ("", META)
