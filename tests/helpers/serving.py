"""A web server on this machine, for tests of downloads."""

import contextlib
import http.server
import threading


class Server:
    """What is served, and what was asked for.

    files: path below the address -> bytes; answers: path -> function that is given the request's handler and answers
    it some other way; asked: the paths in the order in which they were asked for; address: ends with a slash.
    """

    def __init__(self, address):
        self.address = address
        self.files, self.answers, self.asked = {}, {}, []


@contextlib.contextmanager
def serving():
    """A Server, while the context lasts."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            path = self.path.lstrip("/")
            server.asked.append(path)
            if path in server.answers:
                server.answers[path](self)
            elif path in server.files:
                respond(self, server.files[path])
            else:
                self.send_error(404)

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        httpd.daemon_threads = True
        server = Server("http://127.0.0.1:{}/".format(httpd.server_address[1]))
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            httpd.shutdown()
            thread.join()


def respond(handler, body, sent=None, **headers):
    """Answer with a body, of which only this many bytes are sent, and with headers (underscores for dashes)."""
    handler.send_response(200)
    headers.setdefault("Content_Length", len(body))
    for name, value in headers.items():
        if value is not None:
            handler.send_header(name.replace("_", "-"), str(value))
    handler.end_headers()
    handler.wfile.write(body[:sent])
