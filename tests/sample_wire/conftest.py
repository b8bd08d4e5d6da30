import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sample_wire.server import WireServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Client:
    """A client that remembers validators as a careful puller does, one kept-alive connection for all requests."""

    def __init__(self, root: str):
        self.root = root
        self.connection = http.client.HTTPConnection(urlsplit(root).netloc, timeout=60)
        self.tags: dict[str, str] = {}

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """One request with just these headers; underscores stand for hyphens."""
        self.connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        response = self.connection.getresponse()
        return Answer(status=response.status, headers=dict(response.getheaders()), body=response.read())

    def pull(self, path: str) -> Answer:
        """A conditional request with the validator of the answer before."""
        known = {"If_None_Match": self.tags[path]} if path in self.tags else {}
        answer = self.ask(path, **known)
        if answer.status == 200:
            self.tags[path] = answer.headers["ETag"]
        return answer


@contextmanager
def serving(state: Path, port: int = 0) -> Iterator[Client]:
    """The real server on a free port, in a thread."""
    with WireServer(port=port, state=state) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        client = Client(server.root)
        try:
            yield client
        finally:
            client.connection.close()
            server.shutdown()
            thread.join()


@pytest.fixture
def wire(tmp_path) -> Iterator[Client]:
    with serving(tmp_path) as client:
        yield client


@pytest.fixture
def serve():
    """For tests that stop and start the server themselves."""
    return serving
