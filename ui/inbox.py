"""The sandbox's inbox as phones: a thread for each number, the code in a message ready to copy."""

from collections import defaultdict
from collections.abc import Sequence
from html import escape

import streamlit as st

from element.redact import masked
from element.sandbox.inbox import Message
from ui import workspace
from ui.text import literal, plain, say

_LOOK_AGAIN = 3  # seconds: the sandbox's receipts come after as many
_MOST_NUMBERS = 9
_MOST_MESSAGES = 5
_ROOM_FOR_A_PHONE = 270


@st.fragment(run_every=_LOOK_AGAIN)
def panel(_full_name: str) -> None:
    """The inbox of this process's sandbox, whichever element sent; it looks for new messages while it is shown."""
    _limits()
    threads = _threads(workspace.sandbox().messages())
    if not threads:
        st.container(border=True).markdown(say("inbox.empty"))
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(say("inbox.about", count=sum(map(len, threads))))
        st.button(say("inbox.clear"), icon=":material/delete_sweep:", key="clear_inbox", on_click=_clear)
    phones = st.grid("auto", min_column_width=_ROOM_FOR_A_PHONE)
    for thread in threads[:_MOST_NUMBERS]:
        with phones.cell():
            _phone(thread)
    if len(threads) > _MOST_NUMBERS:
        st.caption(say("inbox.older_numbers", count=len(threads) - _MOST_NUMBERS))


def _limits() -> None:
    """The switch for Alibaba's limits per number, one for all who use this sandbox."""
    st.toggle(
        say("inbox.limits"),
        value=workspace.sandbox().frequency.on,
        key="sandbox_limits",
        help=say("inbox.limits_help"),
        on_change=_switch_limits,
    )


def _threads(messages: Sequence[Message]) -> list[list[Message]]:
    """The messages to each number, the number with the newest first."""
    threads: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        threads[message.number].append(message)
    return list(threads.values())


def _phone(thread: Sequence[Message]) -> None:
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{literal(masked(thread[0].number))}**")
        for message in thread[:_MOST_MESSAGES]:
            _message(message)
        if len(thread) > _MOST_MESSAGES:
            st.caption(say("inbox.older_messages", count=len(thread) - _MOST_MESSAGES))


def _message(message: Message) -> None:
    body = escape(message.text).replace("\n", "<br>")
    st.html(f'<div class="bubble">{body}</div>')
    state = plain(f"inbox.{message.state}", code=message.err_code)
    facts = {"time": f"{message.time:%m-%d %H:%M:%S}", "state": state, "template": message.template_code}
    st.caption(say("inbox.facts", parts=message.parts, **facts))
    if message.code_found:
        st.caption(say("inbox.code"))
        st.code(message.code_found, language=None)


# ── callbacks ───────────────────────────────────────────────────────────────────────────────────────────────


def _switch_limits() -> None:
    workspace.sandbox().frequency.on = st.session_state["sandbox_limits"]


def _clear() -> None:
    workspace.sandbox().delete()
