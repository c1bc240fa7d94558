"""The message as it arrives and the parts it is billed as, within the mainland and elsewhere.

https://help.aliyun.com/zh/sms/user-guide/message-rules
"""

from element import template

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_EXTENDED = frozenset("|^€{}[]~\\")
ONE_GSM_7_PART = 160
GSM_7_PART_OF_MANY = 153


def text_of(sign: str, content: str, *, international: bool) -> str:
    """The signature stands in `[]` when an international message is plain English, else in `【】`."""
    if international and sign.isascii() and content.isascii():
        return f"[{sign}]{content}"
    return f"【{sign}】{content}"


def parts(text: str, *, international: bool) -> int:
    if not international or not GSM_7.union(GSM_7_EXTENDED).issuperset(text):
        return template.parts(text)
    length = len(text) + sum(character in GSM_7_EXTENDED for character in text)
    return 1 if length <= ONE_GSM_7_PART else -(-length // GSM_7_PART_OF_MANY)
