"""The official Type SMS.Aliyun: what it does is in element.aliyun, for other Types to inherit."""

from element.aliyun import Loader

__all__ = ["Loader"]
