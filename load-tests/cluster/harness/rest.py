"""The REST API of a node, over one connection that is made anew when it breaks."""
import base64
import http.client
import json
import threading

from .processes import Trouble


class RestError(Trouble):
    def __init__(self, status, text):
        super().__init__(f"HTTP {status}: {text[:300]}")
        self.status = status


class Rest:
    """May be used by several threads, one request at a time."""

    def __init__(self, port, name, password, path="/api/v2/token"):
        self.port, self._name, self._password, self._path = port, name, password, path
        self._connection, self._token, self._lock = None, None, threading.Lock()

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, body=None):
        return self.ask("POST", path, body)

    def put(self, path, body):
        return self.ask("PUT", path, body)

    def delete(self, path):
        return self.ask("DELETE", path)

    def ask(self, method, path, body=None):
        """The answer's JSON; RestError for another status than 2xx."""
        with self._lock:
            if self._token is None:
                self._token = self._log_in()
            status, text, headers = self._send(method, "/api/v2" + path, body, {"Authorization": "Bearer " + self._token})
        if not 200 <= status < 300:
            raise RestError(status, text)
        self.headers = headers
        return json.loads(text) if text else None

    def _log_in(self):
        plain = base64.b64encode(f"{self._name}:{self._password}".encode()).decode()
        status, text, _ = self._send("GET", self._path, None, {"Authorization": "Basic " + plain})
        if status != 200:
            raise RestError(status, text)
        return json.loads(text)["access_token"]

    def _send(self, method, path, body, headers):
        payload = None if body is None else json.dumps(body)
        for last in (False, True):
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                self._connection.request(method, path, payload, headers)
                answer = self._connection.getresponse()
                return answer.status, answer.read().decode(), answer.headers
            except (http.client.HTTPException, OSError):
                self._connection.close()
                self._connection = None
                if last:
                    raise
        return None


def status_of(port, path, timeout=5.0):
    """Status of a GET without credentials, without its body; 0 if there is no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (http.client.HTTPException, OSError):
        return 0
    finally:
        connection.close()
