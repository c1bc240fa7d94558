"""The commands of `python -m element`: each takes the parsed options, prints, and returns the exit code."""

import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from element.app import App
from element.endpoint import VARIABLE, endpoint
from element.errors import ElementError, MissingParameter, SmsError
from element.redact import masked
from element.simulate import refuse_other_senders, rehearse
from element.words import say


def list_elements(options: Namespace) -> int:
    """One line an element: its full name and whether it is valid."""
    app = App(options.app)
    rows = [(name, sum(not problem.note for problem in files.problems)) for name, files in app.check_each()]
    if options.json:
        _print_json([{"element": name, "problems": count} for name, count in rows])
    elif not rows:
        print(say("cli.no_elements", options.language, {"app": options.app}))
    else:
        for name, count in rows:
            print(f"{name}\t{say('cli.problems' if count else 'cli.valid', options.language, {'count': count})}")
    return 0


def send(options: Namespace) -> int:
    """Send once, to the sandbox unless --live; 0 accepted, 1 refused, 3 unknown."""
    params = dict(param(text) for text in options.param)
    with app_to_send_with(options) as app:
        element = app.getElement(options.element)
        _say_where(app, options)
        try:
            body = element.sendMessage(
                phoneList=options.phone,
                params=params,
                verifyTemplateCode=options.template,
                verifySign=options.sign,
                outId=options.out_id,
            )
        except SmsError as error:
            return _report_failure(error, options)
    _report_accepted(body, options)
    return 0


def sandbox(options: Namespace) -> int:
    """Run the sandbox alone until it is interrupted, or print its magic numbers."""
    from element.sandbox import numbers_table, run

    if options.numbers:
        print(numbers_table(options.language))
        return 0
    keys = [_key(text) for text in options.key]
    try:
        return run(
            port=options.port,
            keys=keys,
            catalogue=options.catalogue,
            lenient=options.lenient,
            frequency=options.frequency,
            delivery_delay=options.delay,
            receipts=options.receipts,
            language=options.language,
        )
    except ValueError as error:
        cause = str(error)
    raise ElementError("bad_sandbox", {"cause": cause})


def inbox(options: Namespace) -> int:
    """Print what a running sandbox accepted; 1 when there is nothing, 2 when there is no sandbox."""
    from element.sandbox import inbox as printed

    return printed(options.url, options.number, wait=options.wait, as_json=options.json, language=options.language)


@contextmanager
def app_to_send_with(options: Namespace, *, record: bool = True) -> Iterator[App]:
    """The app as it sends: live, to the configured sandbox, or to one that lives as long as this call.

    `record`: whether every send is noted in the ledger.
    """
    configured = os.environ.get(VARIABLE)
    if options.live or (configured and not endpoint(configured).is_alibaba):
        with closing(App(options.app, record=record)) as app:
            if not options.live:
                refuse_other_senders(app, options.element)
            yield app
        return
    from element.sandbox import Sandbox, serve

    own = Sandbox()
    with serve(own) as serving, closing(App(options.app, endpoint=serving.url, record=record)) as app:
        text, sign = options.template_text, options.sign
        rehearse(app, options.element, own, template_code=options.template, template_text=text, sign=sign)
        yield app


def _say_where(app: App, options: Namespace) -> None:
    live = "cli.to_here" if app.endpoint.is_loopback else "cli.to_live"
    mode = live if options.live else "cli.to_sandbox"
    numbers = ", ".join(masked(number) for number in options.phone)
    facts = {"element": options.element, "url": app.endpoint.url, "numbers": numbers}
    print(say(mode, options.language, facts), file=sys.stderr)


def _report_accepted(body: Any, options: Namespace) -> None:
    facts = {name: getattr(body, name, None) for name in ("request_id", "biz_id")}
    if options.json:
        _print_json({"outcome": "accepted", **facts})
        return
    print(say("cli.accepted", options.language, facts))


def _report_failure(error: SmsError, options: Namespace) -> int:
    unknown = error.sent is None
    if options.json:
        outcome = "unknown" if unknown else "refused"
        details = {key: getattr(error, key, None) for key in ("result_code", "request_id", "cause")}
        message = error.in_language(options.language)
        _print_json({"outcome": outcome, "code": error.code, **details, "message": message})
    else:
        print(f"{error.code} {error.in_language(options.language)}")
    return 3 if unknown else 1


def _print_json(document: object) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=2))


def param(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise MissingParameter("bad_param")
    return name, value


def _key(text: str) -> tuple[str, str]:
    key_id, colon, secret = text.partition(":")
    if not (key_id and colon and secret):
        raise MissingParameter("bad_key")
    return key_id, secret
