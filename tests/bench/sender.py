"""What a send costs: ours beside the SDK as documented and beside a hand-signed request on bare http.client.

    python -m tests.bench.sender            the whole table
    python -m tests.bench.sender CASE URL   one case, as JSON

CPU is the client process's own, user and system, per call; every request's signature is checked by a gateway in a
process of its own. Each case runs in a fresh process, the cases of a row one after another, so that a drift of the
machine meets them all; ratios within a row are what counts.
"""

import asyncio
import atexit
import datetime
import functools
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from element.recording import Recorder
from tests.bench.gateway import SECRET

ROUNDS = 3
KEY = "benchid"
PARAMETERS = {
    "PhoneNumbers": "13800138000",
    "SignName": "阿里云短信测试",
    "TemplateCode": "SMS_154950909",
    "TemplateParam": '{"code": "123456"}',
}


# --- the senders: each gives a callable that sends once, or a coroutine function ---------------------------------


def sdk(url):
    """The SDK as its documentation shows it, one client for all calls."""
    from alibabacloud_dysmsapi20170525.models import SendSmsRequest

    client, request = _official_client(url), SendSmsRequest(**_snake(PARAMETERS))
    return lambda: client.send_sms(request).body.code


def sdk_async(url):
    from alibabacloud_dysmsapi20170525.models import SendSmsRequest

    client, request = _official_client(url), SendSmsRequest(**_snake(PARAMETERS))

    async def send():
        return (await client.send_sms_async(request)).body.code

    return send


def ours(url):
    element = _element(url)
    return lambda: element.sendMessage(**CALL).code


def recorded(url):
    """Ours with a row in the ledger for every send, as an app does it by default."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    element = _element(url, Recorder(folder))
    return lambda: element.sendMessage(**CALL).code


def ours_async(url):
    element = _element(url)

    async def send():
        return (await element.sendMessageAsync(**CALL)).code

    return send


def floor(url):
    """A request signed by hand on bare http.client, one kept connection a thread: no SDK, no checks, no outcomes."""
    import ssl

    from element.signing import KeyPair, canonical_query, signed_headers

    parts, own, key = urlsplit(url), threading.local(), KeyPair(KEY, SECRET)
    context = ssl.create_default_context() if parts.scheme == "https" else None

    def connect():
        if context:
            return http.client.HTTPSConnection(parts.hostname, parts.port, context=context)
        return http.client.HTTPConnection(parts.hostname, parts.port)

    def send():
        connection = own.__dict__.get("connection") or own.__dict__.setdefault("connection", connect())
        query = canonical_query(PARAMETERS)
        headers = signed_headers(key, action="SendSms", version="2017-05-25", host=parts.netloc, query=query)
        connection.request("POST", f"/?{query}", headers=headers)
        return json.loads(connection.getresponse().read())["Code"]

    return send


CALL = {"phoneList": ["13800138000"], "params": {"code": "123456"}, "verifyTemplateCode": "SMS_154950909"}


def _element(url, recorder=None):
    from element.aliyun import AliyunSms
    from element.endpoint import endpoint
    from element.settings import Settings

    settings = Settings.read("SMS.Bench", {"accessKey": KEY, "accessSecret": SECRET, "verifySign": "阿里云短信测试"})
    element = AliyunSms("SMS.Bench", settings, endpoint(url), recorder)
    element.warmUp()  # the SDK's own cases have imported it too by now
    return element


def _official_client(url):
    from alibabacloud_dysmsapi20170525.client import Client
    from alibabacloud_tea_openapi.utils_models import Config

    parts = urlsplit(url)
    config = Config(access_key_id=KEY, access_key_secret=SECRET, endpoint=parts.netloc, protocol=parts.scheme)
    return Client(config)


def _snake(parameters):
    return {"".join(f"_{c.lower()}" if c.isupper() else c for c in name)[1:]: v for name, v in parameters.items()}


# --- the cases ---------------------------------------------------------------------------------------------------


def in_threads(make, threads, calls, url):
    send = make(url)
    with ThreadPoolExecutor(threads) as pool:
        warm = list(pool.map(lambda _: send(), range(threads * 4)))
        return _measured(lambda: list(pool.map(lambda _: send(), range(calls))), calls, warm)


def on_a_loop(make, concurrent, calls, url):
    async def run():
        send = make(url)
        turn = asyncio.Semaphore(concurrent)

        async def one():
            async with turn:
                return await send()

        warm = await asyncio.gather(*(one() for _ in range(min(concurrent, calls))))
        before, started = time.process_time(), time.perf_counter()
        answers = await asyncio.gather(*(one() for _ in range(calls)), return_exceptions=True)
        return _result(before, started, calls, [*warm, *answers])

    return asyncio.run(run())


def cold_burst(make, threads, calls, url):
    """The first call of every thread, all at once, on a client that has never been used."""
    send = make(url)
    ready = threading.Barrier(threads)

    def first(_):
        ready.wait()
        return send()

    with ThreadPoolExecutor(threads) as pool:
        return _measured(lambda: list(pool.map(first, range(threads))), threads, [])


def _measured(work, calls, warm):
    before, started = time.process_time(), time.perf_counter()
    return _result(before, started, calls, [*warm, *work()])


def _result(before, started, calls, answers):
    failed = sum(answer != "OK" for answer in answers)
    cpu, seconds = time.process_time() - before, time.perf_counter() - started
    return {"cpu": cpu / calls * 1e6, "rate": calls / seconds, "failed": failed}


CASES = {
    f"{name}-{threads}": functools.partial(in_threads, make, threads, 3000 if threads > 1 else 1500)
    for name, make in {"sdk": sdk, "ours": ours, "recorded": recorded, "floor": floor}.items()
    for threads in (1, 8, 32)
} | {
    "sdk-async-32": functools.partial(on_a_loop, sdk_async, 32, 192),
    "ours-async-32": functools.partial(on_a_loop, ours_async, 32, 6000),
    "ours-async-256": functools.partial(on_a_loop, ours_async, 256, 6000),
    "sdk-burst-32": functools.partial(cold_burst, sdk, 32, 32),
    "ours-burst-32": functools.partial(cold_burst, ours, 32, 32),
}  # fmt: skip

# a row: its cases, and what is promised of ours as a ratio to another's CPU
ROWS = [
    (("sdk-1", "ours-1", "floor-1"), {"sdk-1": None, "floor-1": None}),
    (("sdk-8", "ours-8", "recorded-8", "floor-8"), {"sdk-8": 0.30, "floor-8": 1.5}),
    (("sdk-32", "ours-32", "floor-32"), {"sdk-32": None, "floor-32": None}),
    (("sdk-async-32", "ours-async-32", "ours-async-256"), {"sdk-async-32": None}),
    (("sdk-burst-32", "ours-burst-32"), {"sdk-burst-32": None}),
]
PROMISED_OVER_TLS = {"sdk-async-32": 0.02, "sdk-burst-32": 0.1}


# --- the table ---------------------------------------------------------------------------------------------------


def main():
    if len(sys.argv) == 3:
        print(json.dumps(CASES[sys.argv[1]](sys.argv[2])))
        return 0
    kept = _imports()
    with tempfile.TemporaryDirectory() as folder:
        certificate = _certificate(Path(folder))
        for scheme in ("http", "https"):
            with _gateway(certificate if scheme == "https" else ()) as port:
                kept &= _table(scheme, port, certificate)
    return 0 if kept else 1


def _imports():
    """CPU of importing ours beside the SDK's client, each in a fresh interpreter, the bare one taken off."""
    programs = {"": "pass", "element": "import element", "sdk": "import alibabacloud_dysmsapi20170525.client"}
    costs = {name: statistics.median(_cpu_of(code) for _ in range(5)) for name, code in programs.items()}
    own, theirs = costs["element"] - costs[""], costs["sdk"] - costs[""]
    print(f"import element {own * 1e3:.0f} ms, the SDK's client {theirs * 1e3:.0f} ms", end="")
    return _promised(own / theirs, 0.2)


def _cpu_of(code):
    program = f"{code}\nimport time; print(time.process_time())"
    return float(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout)


def _table(scheme, port, certificate):
    kept = True
    print(f"\n{scheme}, {ROUNDS} rounds; median CPU µs a call, calls a second")
    for cases, promises in ROWS:
        rounds = [
            {case: _run(case, f"{scheme}://127.0.0.1:{port}", certificate) for case in cases} for _ in range(ROUNDS)
        ]
        for case in cases:
            cpu, rate = (statistics.median(each[case][what] for each in rounds) for what in ("cpu", "rate"))
            failed = sum(each[case]["failed"] for each in rounds)
            print(f"  {case:16}{cpu:10.0f}{rate:10.0f}" + (f"   {failed} failed" if failed else ""))
        ours = next(case for case in cases if case.startswith("ours"))
        for other, most in promises.items():
            if scheme == "https":
                most = PROMISED_OVER_TLS.get(other, most)
            ratio = statistics.median(each[ours]["cpu"] / each[other]["cpu"] for each in rounds)
            print(f"  {ours} / {other}", end="")
            kept &= _promised(ratio, most)
    return kept


def _promised(ratio, most):
    verdict = "" if most is None else f"  (promised: at most {most:g}{'' if ratio <= most else ' — BROKEN'})"
    print(f" = {ratio:.3f}{verdict}")
    return most is None or ratio <= most


def _run(case, url, certificate):
    command = [sys.executable, "-m", "tests.bench.sender", case, url]
    environment = {**os.environ, "SSL_CERT_FILE": str(certificate[0])}
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if finished.returncode:
        raise SystemExit(f"{case}: {finished.stderr}")
    return json.loads(finished.stdout.splitlines()[-1])


@contextmanager
def _gateway(certificate):
    command = [sys.executable, "-m", "tests.bench.gateway", *map(str, certificate)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def _certificate(folder):
    """A certificate for 127.0.0.1 that lives as long as the measurement; the SDK brings what makes it."""
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    alternatives = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(alternatives, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file


if __name__ == "__main__":
    sys.exit(main())
