"""The Type SMS.Aliyun: an element that sends messages through Alibaba Cloud SMS (Dysmsapi 2017-05-25)."""

import asyncio
import json
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from element.arguments import Arguments, Batch
from element.endpoint import Endpoint
from element.errors import Refused, RequestFailed, SmsError
from element.models import models
from element.queries import Queries
from element.redact import identifier
from element.settings import Settings

if TYPE_CHECKING:
    from element.client import Client
    from element.recording import Recorder

log = logging.getLogger("element.sms")


class Node(Protocol):
    """What a loader is given of an element directory."""

    fullName: str
    endpoint: Endpoint

    def getFile(self, name: str) -> str: ...

    @property
    def recorder(self) -> "Recorder | None": ...


class AliyunSms(Queries):
    """An SMS element. Safe to share among threads; its connections stay open between sends."""

    def __init__(
        self, full_name: str, settings: Settings, endpoint: Endpoint, recorder: "Recorder | None" = None
    ) -> None:
        self.fullName = full_name
        self.endpoint = endpoint
        self._settings = settings
        self._recorder = recorder
        self._client: Client | None = None
        self._opening = threading.Lock()

    def sendMessage(
        self,
        phoneList: Any = None,
        params: Any = None,
        verifyTemplateCode: Any = None,
        verifySign: Any = None,
        outId: Any = None,
    ) -> Any:
        """Send one template message to every number of `phoneList`.

        phoneList: list of str · params: dict of str to str (numbers become text) · verifyTemplateCode: str ·
        verifySign: another signature for this call · outId: a serial of one's own, echoed in delivery records.
        The platform's wrappers, anything with `.value`, are taken as well.

        Returns Alibaba's answer (`.code` "OK", `.message`, `.biz_id`, `.request_id`): it took the message,
        which is not yet delivered. Raises MissingParameter 46001, Refused 46002 or RequestFailed 46003.
        Nothing is ever sent a second time.
        """
        call = self._checked(phoneList, params, verifyTemplateCode, verifySign, outId)
        return self._send("send_sms", _request(call), call)

    async def sendMessageAsync(
        self,
        phoneList: Any = None,
        params: Any = None,
        verifyTemplateCode: Any = None,
        verifySign: Any = None,
        outId: Any = None,
    ) -> Any:
        """sendMessage for asyncio: it does not block the event loop. Cancelled while it waits for the answer, it
        leaves the outcome unknown."""
        call = self._checked(phoneList, params, verifyTemplateCode, verifySign, outId)
        if self._client is None:
            await asyncio.to_thread(self.warmUp)
        started = time.perf_counter()
        try:
            result = await self._called_async(_request(call))
        except asyncio.CancelledError:
            self._note(call, RequestFailed.without_answer("cancelled", self.endpoint.host), started)
            raise
        self._note(call, result, started)
        return _raised(result).body

    def sendBatch(
        self, messages: Sequence[tuple[str, Mapping[str, str]]], verifyTemplateCode: str, *, outId: str | None = None
    ) -> Any:
        """Send one template to up to 100 numbers, each with params of its own: (number, params) each.

        Returns and raises as sendMessage does; one outcome holds for all of them.
        """
        call = Batch.checked(messages, verifyTemplateCode, self._settings.verifySign, outId)
        request = models().SendBatchSmsRequest(
            phone_number_json=_json(call.phoneList),
            sign_name_json=_json([call.verifySign] * len(call.phoneList)),
            template_code=call.verifyTemplateCode,
            template_param_json=_json(call.params) if any(call.params) else None,
            out_id=call.outId,
        )
        return self._send("send_batch_sms", request, call)

    def warmUp(self) -> None:
        """Do now what the first send would: import the SDK, half a second, and load the TLS certificates."""
        self._connected().warm_up()

    def close(self) -> None:
        """Close the idle connections. The element stays usable."""
        if self._client:
            self._client.close()

    def _checked(self, phone_list: Any, params: Any, template_code: Any, sign: Any, out_id: Any) -> Arguments:
        sign = self._settings.verifySign if sign is None else sign
        return Arguments.checked(phone_list, params, template_code, sign, out_id)

    def _send(self, operation: str, request: Any, call: Arguments | Batch) -> Any:
        started = time.perf_counter()
        result = self._called(operation, request)
        self._note(call, result, started)
        return _raised(result).body

    def _note(self, call: Arguments | Batch, response: Any, started: float) -> None:
        """Tell log and ledger of a send that has ended, with a response or an error."""
        result = response if isinstance(response, SmsError) else response.body
        milliseconds = (time.perf_counter() - started) * 1000
        _log(self.fullName, call, result, milliseconds)
        if self._recorder:
            self._recorder.note(self.fullName, self.endpoint.url, call, result, milliseconds)

    def _ask(self, operation: str, request: Any) -> Any:
        result = self._called(operation, request)
        return _raised(result.of_a_question() if isinstance(result, Refused | RequestFailed) else result)

    def _called(self, operation: str, request: Any) -> Any:
        """The response, or the error: returned, so that it is raised without the frames that hold the request."""
        try:
            return getattr(self._connected(), operation)(request)
        except SmsError as error:
            return error

    async def _called_async(self, request: Any) -> Any:
        try:
            return await self._connected().send_sms_async(request)
        except SmsError as error:
            return error

    def _connected(self) -> "Client":
        """The client, made at the first send because it brings the whole SDK."""
        with self._opening:
            if self._client is None:
                from element.client import Client

                self._client = Client(self._settings.key, self.endpoint)
            return self._client


class Loader:
    """The platform's loader contract: `Loader(nodes).load()` returns what getElement hands out.

    A Type that changes one thing inherits from AliyunSms and names its own class as `executable`.
    """

    executable = AliyunSms

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes

    def load(self) -> AliyunSms:
        node = self.nodes[0]
        settings = Settings.read(node.fullName, json.loads(node.getFile("sms.json")))
        return self.executable(node.fullName, settings, node.endpoint, node.recorder)


def _request(call: Arguments) -> Any:
    """Without params there is no TemplateParam: a template without variables takes none."""
    return models().SendSmsRequest(
        phone_numbers=",".join(call.phoneList),
        sign_name=call.verifySign,
        template_code=call.verifyTemplateCode,
        template_param=_json(call.params) if call.params else None,
        out_id=call.outId,
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _raised(result: Any) -> Any:
    if isinstance(result, SmsError):
        raise result.with_traceback(None)
    return result


def _log(element: str, call: Arguments | Batch, result: Any, milliseconds: float) -> None:
    """One line a send: outcome, count of numbers, template code, RequestId, milliseconds."""
    failed = isinstance(result, SmsError)
    level = logging.WARNING if failed else logging.INFO
    if not log.isEnabledFor(level):
        return
    log.log(
        level,
        "%s %s: numbers=%d template=%s request_id=%s %.0f ms",
        element,
        _outcome(result) if failed else "accepted",
        len(call.phoneList),
        identifier(call.verifyTemplateCode),
        identifier(str(getattr(result, "request_id", "-"))),
        milliseconds,
    )


def _outcome(error: SmsError) -> str:
    certainty = "refused" if error.sent is False else "unknown"
    reason = error.cause if isinstance(error, RequestFailed) else getattr(error, "result_code", "")
    return f"{certainty} {error.code} {reason}"
