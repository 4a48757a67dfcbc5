"""Event rules that an administrator runs by REST, and what they do."""
import http.server
import json
import os
import stat
import threading

from accounts import HOMES, chief, main, session, until

PASSWORD = "a user's password"


class Sink(http.server.ThreadingHTTPServer):
    """Hears what actions send."""

    def __init__(self):
        self.heard = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(handler):
                body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
                self.heard.append((handler.path, dict(handler.headers), body.decode()))
                handler.send_response(500 if handler.path.startswith("/fails") else 204)
                handler.end_headers()

            def log_message(handler, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, path):
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


def rule(api, name, *actions, **conditions):
    api.ask("POST", "/eventrules", {"name": name, "status": 1, "trigger": 6, "conditions": {"options": conditions}, "actions": [
        {"name": action, "order": at, "relation_options": {"is_failure_action": action.startswith("on-failure")}} for at, action in enumerate(actions, 1)]}, status=201)


def action(api, name, kind, **options):
    api.ask("POST", "/eventactions", {"name": name, "type": kind, "options": options}, status=201)


def http_action(api, name, sink, path, body):
    action(api, name, 1, http_config={"endpoint": sink.url(path), "method": "POST", "timeout": 20, "username": "caller", "body": body,
                                      "password": {"status": "Plain", "payload": "a secret"}, "headers": [{"key": "Content-Type", "value": "application/json"}]})


def on_demand():
    """Requests, failure actions, backups and quotas."""
    api = chief()
    sink = Sink()
    http_action(api, "call", sink, "/called", '{"event": "{{Event}}", "status": {{Status}}}')
    http_action(api, "fail", sink, "/fails", "x")
    http_action(api, "on-failure", sink, "/told", '{"error": "{{ErrorString}}"}')
    action(api, "save", 4)
    action(api, "count", 5)
    action(api, "forget", 7)
    rule(api, "calls", "call")
    rule(api, "fails", "fail", "on-failure")
    rule(api, "saves", "save", "call")
    rule(api, "counts", "count", "forget", "call", names=[{"pattern": "ruled*"}])
    assert api.curl("POST", "/eventrules/run/none")[0] == 404

    api.ask("POST", "/eventrules/run/calls", status=202)
    until(lambda: sink.heard, "the endpoint is called")
    path, headers, body = sink.heard.pop()
    assert path == "/called" and json.loads(body) == {"event": "OnDemand", "status": 1}, (path, body)
    assert headers["Authorization"] == "Basic Y2FsbGVyOmEgc2VjcmV0", headers

    api.ask("POST", "/eventrules/run/fails", status=202)
    until(lambda: len(sink.heard) == 2, "the failure action runs")
    told = json.loads(sink.heard[1][2])
    assert sink.heard[1][0] == "/told" and "answered 500" in told["error"], told
    sink.heard.clear()

    api.ask("POST", "/eventrules/run/saves", status=202)
    until(lambda: sink.heard, "the rule with the backup is done")
    backups = os.path.join(os.environ["HPC_DATA"], "backups")
    [name] = [name for name in os.listdir(backups) if name.startswith("backup_")]
    with open(os.path.join(backups, name), encoding="utf-8") as file:
        assert "calls" in [found["name"] for found in json.load(file)["event_rules"]]
    assert stat.S_IMODE(os.stat(os.path.join(backups, name)).st_mode) == 0o600
    sink.heard.clear()

    for user in ("ruled1", "free"):
        api.add_user(user, PASSWORD, quota_files=10, total_data_transfer=5)
        with session(user, PASSWORD) as client:
            with client.open("/file", "wb") as file:
                file.write(b"x" * 10)
        until(lambda: used(api, user)[:2] == (1, 10) and used(api, user)[2] > 0, "what is used is told")
        os.remove(os.path.join(HOMES, user, "file"))
    api.ask("POST", "/eventrules/run/counts", status=202)
    until(lambda: used(api, "ruled1") == (0, 0, 0), "the user of the rule is counted")
    assert used(api, "free")[:2] == (1, 10) and used(api, "free")[2] > 0, used(api, "free")


def used(api, name):
    user = api.ask("GET", f"/users/{name}")
    return user["used_quota_files"], user["used_quota_size"], user["used_upload_data_transfer"]


if __name__ == "__main__":
    main(globals())
