from jit.commons.utils.logger import log
from jit.errcode import Code

NoText = Code(code=56001, reason="{pager} was asked to beep without a text")


class Client:
    def __init__(self, element, client_id, client_secret):
        self.element = element
        self.client_id = client_id
        self.client_secret = client_secret

    def beep(self, text):
        if not text:
            raise NoText.formatReason(pager=self.element.fullName)
        log.info("%s beeps", self.element.define["title"])
        return {"app": app.appId, "pager": self.element.name, "account": self.client_id, "text": text}
