"""A quick gateway for measuring clients: it checks every ACS3 signature and body digest, and answers OK.

python -m tests.bench.gateway [CERTIFICATE KEY]     prints its port, then serves until it is ended
"""

import asyncio
import hashlib
import ssl
import sys
from urllib.parse import parse_qsl

import httptools

from element.sandbox import signing

SECRET = "benchsecret"
BODY = b'{"Message":"OK","RequestId":"F655A8D5-B967-440B-8683-DAD6FF8DE990","BizId":"900619746936498440^0","Code":"OK"}'
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
WRONG = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"


class Gateway(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self._begin()

    def data_received(self, data):
        self.parser.feed_data(data)

    def on_url(self, url):
        self.query = httptools.parse_url(url).query or b""

    def on_header(self, name, value):
        self.headers[name.decode().lower()] = value.decode()

    def on_body(self, body):
        self.body += body

    def on_message_complete(self):
        self.transport.write(OK if self._signed() else WRONG)
        self._begin()

    def _begin(self):
        self.headers, self.body, self.query = {}, b"", b""
        self.parser = httptools.HttpRequestParser(self)

    def _signed(self):
        digest = hashlib.sha256(self.body).hexdigest()
        _, _, rest = self.headers["authorization"].partition(" ")
        fields = dict(part.split("=", 1) for part in rest.split(","))
        pairs = parse_qsl(self.query.decode(), keep_blank_values=True)
        names = fields["SignedHeaders"].split(";")
        canonical = signing.acs3_canonical("POST", "/", pairs, self.headers, names, digest)
        expected = signing.acs3_signature(SECRET, signing.acs3_string_to_sign(canonical))
        return digest == self.headers["x-acs-content-sha256"] and expected == fields["Signature"]


async def main(certificate, key):
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    server = await asyncio.get_running_loop().create_server(Gateway, "127.0.0.1", 0, ssl=context, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*(sys.argv[1:] or (None, None))))
