"""The SDK's request models, imported when first needed: light beside its client, but not nothing."""

from typing import Any


def models() -> Any:
    """The module of models."""
    import alibabacloud_dysmsapi20170525.models

    return alibabacloud_dysmsapi20170525.models
