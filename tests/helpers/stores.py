"""Remote stores on this machine: a server of S3's interface, with faults when they are wanted, and fsspec's memory."""

import contextlib
import logging
import os

import pytest
import requests

BUCKET = "bucket"


class Faults:
    """Between a WSGI server and its application. `answer`, a function of method and path, may give a status instead."""

    def __init__(self, app):
        self._app = app
        self.reset()

    def reset(self):
        self.answer = lambda method, path: None
        self.asked = []

    def fail_after(self, count, method, status="403 Forbidden"):
        """Answer so many requests of a method, and then refuse them."""
        self.asked = []

        def answer(asked, _):
            return status if asked == method and sum(one == method for one, _ in self.asked) > count else None

        self.answer = answer

    def __call__(self, environ, start_response):
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        self.asked.append((method, path))
        status = self.answer(method, path)
        if status is None:
            return self._app(environ, start_response)
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response(status, [("Content-Type", "application/xml")])
        code = "AccessDenied" if status.startswith("403") else status.split(" ", 1)[1].replace(" ", "")
        return ["<Error><Code>{0}</Code><Message>{0}</Message></Error>".format(code).encode()]


@contextlib.contextmanager
def s3_server():
    """As a context: the Faults before moto's S3, which fsspec finds at s3://. Skips the test where there is no moto."""
    server_module = pytest.importorskip("moto.server", reason="moto and s3fs are not installed")
    fsspec = pytest.importorskip("fsspec")
    pytest.importorskip("s3fs")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    faults = server._server.app = Faults(server._server.app)
    before = dict(fsspec.config.conf), dict(os.environ)
    address = "http://127.0.0.1:{}".format(server._server.port)
    fsspec.config.conf["s3"] = {
        "key": "testing",
        "secret": "testing",
        "client_kwargs": {"endpoint_url": address, "region_name": "us-east-1"},
        "config_kwargs": {"retries": {"max_attempts": 1}},
    }
    # Whatever stands between this machine and the network has no part in tests.
    os.environ["NO_PROXY"] = "127.0.0.1"
    try:
        requests.put("{}/{}".format(address, BUCKET)).raise_for_status()
        yield faults
    finally:
        fsspec.config.conf.clear()
        fsspec.config.conf.update(before[0])
        os.environ.clear()
        os.environ.update(before[1])
        server.stop()


def texts(address):
    """Name -> text of the files below an address."""
    import fsspec

    fs, root = fsspec.core.url_to_fs(address)
    fs.invalidate_cache()
    root = fs._strip_protocol(root).rstrip("/") + "/"
    return {path[len(root) :]: fs.cat_file(path).decode() for path in fs.find(root)}
