"""Send a test message: who and what, the plan restated, one send, the outcome."""

from contextlib import suppress
from datetime import datetime, timedelta
from html import escape

import streamlit as st

from element import ElementError
from ui import arming, drills, form, mode, preview, result, workspace
from ui import message as messages
from ui.kinds import Field
from ui.numbers import Recipients, recipients
from ui.panel import panel, side_by_side
from ui.plan import Outcome, Plan, carry_out
from ui.text import plain, say

_MOST_SHOWN = 5
REPEAT_WINDOW = timedelta(seconds=45)


@panel
def draw(full_name: str) -> None:
    """The send tab."""
    left, right = side_by_side()
    with left:
        _draw_recipients(full_name)
        if not messages.draw(full_name).text:
            messages.draw_lines(full_name)
        if not mode.is_live():
            drills.draw(full_name)
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
            label = say("send.again_unknown" if outcome and outcome.kind == "unknown" else "send.again")
            st.button(label, icon=":material/replay:", key="again", on_click=_ask_again, args=(full_name,))


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
        workspace.app().read(full_name).fingerprint,
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
        "recipients": _few(arming.named(plan.recipients.numbers) if plan.live else plan.masked_numbers),
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
    why_not = _why_not(plan)
    if not (plan.live or _doubt(plan)):
        st.button(label, type="primary", key="send", on_click=_simulate, args=(plan.full_name,))
    elif st.button(label, type="primary", key="send_live" if plan.live else "send_doubtful", disabled=bool(why_not)):
        _confirm(plan, label)
    if why_not:
        st.caption(why_not)


def _why_not(plan: Plan) -> str | None:
    """Why a real message cannot go out now."""
    if not plan.live:
        return None
    return arming.objection(plan.recipients.numbers) if plan.recipients.numbers else say("send.needs_number")


def _confirm(plan: Plan, label: str) -> None:
    """Real messages, real money: say both, and to whom, before anything leaves. What may be a repeat needs a tick."""
    doubt = _doubt(plan)  # as it was before the send, which would be a repeat of itself
    tick = f"sure {datetime.now().astimezone()}"  # every dialog asks anew

    def ask() -> None:
        if doubt:
            st.warning(say(f"send.doubt_{doubt}"), icon=":material/warning:")
        if plan.live:
            st.markdown(say("send.confirm_cost", count=len(plan.recipients.numbers)))
        _restate(plan)
        sure = not doubt or st.checkbox(say("send.sure"), key=tick)
        with st.container(horizontal=True):
            cancelled = st.button(say("send.cancel"), key="cancel_live")
            confirmed = st.button(
                label, type="primary", key="confirm_live", disabled=not sure, on_click=_send_once, args=(plan, True)
            )
        if cancelled or confirmed:
            st.rerun()

    st.dialog(say("send.confirm_title" if plan.live else "send.confirm_doubtful"))(ask)()


def _doubt(plan: Plan) -> str | None:
    """Why this may be a second message to the same people: nobody knows how the first ended, or it was just taken."""
    earlier = _earlier(plan.full_name).get(plan.content)
    if earlier and earlier.kind == "unknown":
        return "unknown"
    just_now = earlier and plan.live and datetime.now().astimezone() - earlier.at < REPEAT_WINDOW
    return "repeated" if just_now else None


def _earlier(full_name: str) -> dict[tuple[object, ...], Outcome]:
    """The last send of each content that went out, or may have."""
    held: dict[tuple[object, ...], Outcome] = st.session_state.setdefault(f"earlier {full_name}", {})
    return held


# ── callbacks ───────────────────────────────────────────────────────────────────────────────────────────────


def _simulate(full_name: str) -> None:
    """Send what the fields hold at this moment, to the sandbox whatever the mode."""
    with suppress(ElementError):  # an element that is gone is told where the panel is drawn
        _send_once(planned(full_name, live=False))


def _send_once(plan: Plan, sure: bool = False) -> None:
    """A second press on the same plan does nothing, nor does one that would repeat what nobody is `sure` of."""
    if st.session_state.get(_sent_key(plan.full_name)) == plan or (_doubt(plan) and not sure):
        return
    if plan.live and plan.version != workspace.app().read(plan.full_name).fingerprint:
        st.toast(say("send.changed"), icon=":material/sync_problem:")
        return
    numbers = plan.recipients.numbers
    if plan.live and not arming.take(numbers):
        return  # the page says why: what was armed when it was drawn is armed no more
    earlier = _earlier(plan.full_name)
    outcome = carry_out(plan)
    if outcome.kind != "refused":
        earlier[plan.content] = outcome  # first: to set a key of the session may end this run, if another one waits
    elif plan.live:
        arming.give_back(len(numbers))
    st.session_state[_sent_key(plan.full_name)] = plan
    st.session_state[_outcome_key(plan.full_name)] = outcome


def _ask_again(full_name: str) -> None:
    st.session_state.pop(_sent_key(full_name), None)


def _sent_key(full_name: str) -> str:
    return f"sent {full_name}"


def _outcome_key(full_name: str) -> str:
    return f"outcome {full_name}"
