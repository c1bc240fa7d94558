"""The message as it will look on a phone: bubble, length, parts, bill, and what its text and values still lack."""

from collections.abc import Iterable
from html import escape

import streamlit as st

from element.lint import AS_OF, NASTY_VALUES, limits, mended, slips, text_remarks, value_remarks
from element.template import bill, compare, cuts, length, message, parts, placeholders, surplus
from ui import code_params, template_source, workspace
from ui import message as messages
from ui.panel import panel, side_by_side
from ui.text import language, literal, plain, say


@panel
def draw(full_name: str) -> None:
    """The preview tab."""
    left, right = side_by_side()
    with left:
        _draw_fields(full_name)
    with right:
        typed = messages.current(full_name)
        if typed.text:
            sign = sign_of(full_name)
            with st.container(gap="xxsmall"):
                show(sign, typed.text, typed.params)
                _bill(full_name, sign, typed)
            _cost(full_name, sign, typed)
            warn(typed.text, typed.params)
            _remarks(full_name, typed)
        else:
            messages.offer_example(full_name, say("preview.empty"))


def show(sign: str, text: str, params: dict[str, str]) -> None:
    """The bubble with its measures."""
    whole = message(sign, text, params)
    missing = compare(text, params).missing
    arrived(whole, missing)
    st.caption(say("preview.measures", length=length(whole), parts=parts(whole)))
    if surplus(whole) and not missing:
        st.caption(say("preview.surplus", count=surplus(whole)))


def warn(text: str, params: dict[str, str]) -> None:
    """Say which placeholders have no value."""
    missing = compare(text, params).missing
    if missing:
        st.warning(say("preview.missing", names=plain("app.comma").join(missing)))


def arrived(text: str, missing: Iterable[str] = ()) -> None:
    """A message on a phone; placeholders that are `missing` a value stand out.

    Marks show where the next billed part begins, once every value is there.
    """
    open_places = [escape(f"${{{name}}}") for name in missing]
    first, *rest = map(_html, [text] if open_places else cuts(text))
    body = first + "".join(f"{_cut(part)}{piece}" for part, piece in enumerate(rest, 2))
    for place in open_places:
        body = body.replace(place, f"<mark>{place}</mark>")
    st.html(f'<div class="phone"><div class="bubble">{body}</div></div>')


def sign_of(full_name: str) -> str:
    """The element's signature as sms.json has it."""
    sign = workspace.app().read(full_name).documents.get("sms.json", {}).get("verifySign", "")
    return str(sign)


def _html(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _cut(part: int) -> str:
    return f'<br><small class="cut">┄┄ ✂ {plain("preview.cut", part=part)} ┄┄</small><br>'


def _draw_fields(full_name: str) -> None:
    messages.draw_code(full_name)
    template_source.offer(full_name)
    messages.draw_text(full_name)
    text = messages.current(full_name).text
    _doctor(full_name, text)
    messages.draw_params(full_name)
    if placeholders(text):
        _value_buttons(full_name, text)
        code_params.draw(full_name, text)


def _doctor(full_name: str, text: str) -> None:
    """What looks like a placeholder and would be sent as it stands, with one button that mends it."""
    found = slips(text)
    if not found:
        return
    lines = (f"- {literal(slip.written)} → {literal(slip.meant)}" for slip in found)
    st.warning("\n".join((f"{say('preview.slips', count=len(found))}\n", *lines)), icon=":material/healing:")
    st.button(
        say("preview.mend", count=len(found)), key="mend", on_click=messages.put_text, args=(full_name, mended(text))
    )


def _value_buttons(full_name: str, text: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(say("preview.fill"), key="fill", on_click=_fill_samples, args=(full_name, text))
        st.button(say("preview.nasty"), key="nasty", on_click=_fill_nasty, args=(full_name, text))
    turn = st.session_state.get(_turn_key(full_name), -1)
    if set(messages.current(full_name).params.values()) == {NASTY_VALUES[turn]}:
        st.caption(say("preview.nasty_turn", turn=turn + 1, count=len(NASTY_VALUES)))


def _bill(full_name: str, sign: str, typed: messages.Message) -> None:
    """The fewest and the most parts that the template's values can make of it."""
    fewest, most = _extremes(full_name, sign, typed)
    st.caption(say("preview.bill_same" if fewest == most else "preview.bill", fewest=fewest, most=most))


def _cost(full_name: str, sign: str, typed: messages.Message) -> None:
    """What the parts cost, once this session was told a price: Alibaba's differ by account and change."""
    price = st.number_input(
        say("preview.price"),
        min_value=0.0,
        value=None,
        step=0.001,
        format="%.4f",
        key="unit_price",
        placeholder=plain("preview.price_example"),
        persist_state="session",
    )
    if price:
        now = parts(message(sign, typed.text, typed.params))
        counts = (now, *_extremes(full_name, sign, typed))
        costs = {"now": now, "least": min(counts), "most": max(counts)}
        key = "preview.cost_same" if costs["least"] == costs["most"] else "preview.cost"
        st.caption(say(key, **{name: _money(count * price) for name, count in costs.items()}))


def _extremes(full_name: str, sign: str, typed: messages.Message) -> tuple[int, int]:
    return bill(sign, typed.text, limits(template_source.attributes(full_name)))


def _money(amount: float) -> str:
    return f"{amount:.4f}".rstrip("0").rstrip(".")


def _remarks(full_name: str, typed: messages.Message) -> None:
    """What Alibaba may object to, as of a date: never a refusal of ours."""
    remarks = [
        *text_remarks(typed.text, template_source.purpose(full_name)),
        *value_remarks(typed.params, template_source.attributes(full_name)),
    ]
    if remarks:
        lines = (f"- {literal(remark.sentence(language()))}" for remark in remarks)
        heading = say("preview.remarks", count=len(remarks), date=AS_OF)
        st.warning("\n".join((f"{heading}\n", *lines)), icon=":material/rule:")


# ── callbacks ───────────────────────────────────────────────────────────────────────────────────────────────


def _fill_samples(full_name: str, text: str) -> None:
    messages.put_params(full_name, template_source.samples(full_name, text))


def _fill_nasty(full_name: str, text: str) -> None:
    """Every press gives the next of the values that have broken something somewhere."""
    turn = (st.session_state.get(_turn_key(full_name), -1) + 1) % len(NASTY_VALUES)
    st.session_state[_turn_key(full_name)] = turn
    messages.put_params(full_name, dict.fromkeys(placeholders(text), NASTY_VALUES[turn]))


def _turn_key(full_name: str) -> str:
    return f"nasty {full_name}"
