"""Send a test message: who and what, the plan restated, one send, the outcome."""

from contextlib import suppress
from html import escape

import streamlit as st

from element import ElementError
from ui import form, mode, preview, result, workspace
from ui import message as messages
from ui.kinds import Field
from ui.numbers import Recipients, recipients
from ui.panel import panel, side_by_side
from ui.plan import Outcome, Plan, carry_out
from ui.text import plain, say

_MOST_SHOWN = 5


@panel
def draw(full_name: str) -> None:
    """The send tab."""
    left, right = side_by_side()
    with left:
        _draw_recipients(full_name)
        if not messages.draw(full_name).text:
            messages.draw_lines(full_name)
    with right:
        plan = planned(full_name, mode.is_live())
        outcome: Outcome | None = st.session_state.get(_outcome_key(full_name))
        sent = st.session_state.get(_sent_key(full_name)) == plan
        with st.container():  # there even when empty, so that the result keeps its place
            if not sent:
                _offer(plan)
        if outcome:
            result.card(outcome)
        if sent:
            st.button(say("send.again"), icon=":material/replay:", key="again", on_click=_ask_again, args=(full_name,))


def planned(full_name: str, live: bool) -> Plan:
    """The plan that the fields make now."""
    typed = messages.current(full_name)
    return Plan(
        full_name,
        live,
        _recipients(full_name),
        preview.sign_of(full_name),
        typed.code,
        typed.text,
        tuple(typed.params.items()),
    )


def _draw_recipients(full_name: str) -> None:
    form.draw_field(_numbers_field(full_name))
    found = _recipients(full_name)
    if found.tidied:
        st.caption(say("send.tidied", count=found.tidied))
    if found.repeated:
        st.caption(say("send.repeated", count=found.repeated))


def _recipients(full_name: str) -> Recipients:
    return recipients(form.value(_numbers_field(full_name)) or [])


def _numbers_field(full_name: str) -> Field:
    return messages.fields(full_name)["phoneList"]


def _offer(plan: Plan) -> None:
    """The plan with its button; an example where there is nothing to send yet."""
    if plan.is_blank:
        messages.offer_example(plan.full_name, say("send.empty"))
        return
    _restate(plan)
    _send_button(plan)
    preview.warn(plan.text, dict(plan.params))


def _restate(plan: Plan) -> None:
    """The plan in words; what is sent is what stands here."""
    address = workspace.app().endpoint.url if plan.live else workspace.sandbox_url()
    rows = {
        "to": plain("send.to_live" if plan.live else "send.to_sandbox", address=address),
        "element": plan.full_name,
        "sign": plan.sign,
        "template": plan.code,
        "recipients": _few(plan.masked_numbers),
        "bill": _bill(plan),
    }
    cells = (f"<dt>{escape(plain(f'send.{name}'))}</dt><dd>{escape(row) or '–'}</dd>" for name, row in rows.items())
    with st.container(border=True):
        st.html(f'<dl class="plan">{"".join(cells)}</dl>')
        if plan.text:
            preview.show(plan.sign, plan.text, dict(plan.params))


def _few(numbers: list[str]) -> str:
    shown = plain("app.comma").join(numbers[:_MOST_SHOWN])
    more = len(numbers) - _MOST_SHOWN
    return f"{shown} {plain('app.more', count=more)}" if more > 0 else shown


def _bill(plan: Plan) -> str:
    numbers = len(plan.recipients.numbers)
    if plan.parts is None:
        return plain("send.bill_unknown", numbers=numbers)
    return plain("send.bill_known", numbers=numbers, parts=plan.parts, total=numbers * plan.parts)


def _send_button(plan: Plan) -> None:
    """Gone once it was pressed: the same plan goes out again only after it was asked for again."""
    count = len(plan.recipients.numbers)
    key = f"{'live' if plan.live else 'simulate'}{'' if count else '_none'}"
    label = say(f"send.{key}", count=count)
    if not plan.live:
        st.button(label, type="primary", key="send", on_click=_simulate, args=(plan.full_name,))
        return
    if st.button(label, type="primary", key="send_live", disabled=not count):
        _confirm(plan)
    if not count:
        st.caption(say("send.needs_number"))


def _confirm(plan: Plan) -> None:
    """Real messages, real money: say both, and to whom, before anything leaves."""

    def ask() -> None:
        count = len(plan.recipients.numbers)
        st.markdown(say("send.confirm_cost", count=count))
        _restate(plan)
        with st.container(horizontal=True):
            cancelled = st.button(say("send.cancel"), key="cancel_live")
            confirmed = st.button(
                say("send.live", count=count), type="primary", key="confirm_live", on_click=_send_once, args=(plan,)
            )
        if cancelled or confirmed:
            st.rerun()

    st.dialog(say("send.confirm_title"))(ask)()


# ── callbacks ───────────────────────────────────────────────────────────────────────────────────────────────


def _simulate(full_name: str) -> None:
    """Send what the fields hold at this moment, to the sandbox whatever the mode."""
    with suppress(ElementError):  # an element that is gone is told where the panel is drawn
        _send_once(planned(full_name, live=False))


def _send_once(plan: Plan) -> None:
    """A second press on the same plan does nothing."""
    if st.session_state.get(_sent_key(plan.full_name)) != plan:
        st.session_state[_sent_key(plan.full_name)] = plan
        st.session_state[_outcome_key(plan.full_name)] = carry_out(plan)


def _ask_again(full_name: str) -> None:
    del st.session_state[_sent_key(full_name)]


def _sent_key(full_name: str) -> str:
    return f"sent {full_name}"


def _outcome_key(full_name: str) -> str:
    return f"outcome {full_name}"
