"""What the account scripts share: the REST API through curl, sftp through OpenSSH and paramiko, other tools' programs."""
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time

HOST = "127.0.0.1"
PORT = os.environ["SFTP_PORT"]
HTTP = f"http://{HOST}:{os.environ['HTTP_PORT']}/api/v2"
HOMES = os.environ["HOMES"]
SETUP_CODE = os.environ.get("SETUP_CODE", "")
WORK = tempfile.mkdtemp(prefix="work-", dir=HOMES)
ADMIN, ADMIN_PASSWORD = "chief", "a chief's password"


def run(*command, stdin=None, check=True, env=None, binary=False):
    answer = subprocess.run(command, input=stdin if stdin is None or binary else stdin.encode(), capture_output=True, timeout=100,
                            env={**os.environ, **(env or {})})
    output = answer.stdout if binary else answer.stdout.decode()
    if check and answer.returncode:
        raise SystemExit(f"{command} ended with {answer.returncode}: {output}\n{answer.stderr.decode()}")
    return output if check else (answer.returncode, output, answer.stderr.decode())


def until(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise SystemExit(f"after {seconds} seconds still not: {what}")
        time.sleep(0.02)


class Api:
    """One account's token and the requests made with it."""

    def __init__(self, name=ADMIN, password=ADMIN_PASSWORD, path="/token", otp=None):
        extra = ["-H", f"X-SFTPGO-OTP: {otp}"] if otp else []
        self.headers = []
        self.status, body = self.curl("GET", path, None, "-u", f"{name}:{password}", *extra)
        if self.status == 200:
            self.headers = ["-H", f"Authorization: Bearer {body['access_token']}"]

    def curl(self, method, path, body=None, *more):
        """The status, and the answer read as JSON if it is that."""
        data = [] if body is None else ["--data-binary", "@-", "-H", "Content-Type: application/json"]
        output = run("curl", "-q", "-s", "-X", method, *self.headers, *data, *more, "-w", "\n%{http_code}", HTTP + path,
                     stdin=None if body is None else json.dumps(body))
        text, status = output.rsplit("\n", 1)
        try:
            return int(status), json.loads(text)
        except ValueError:
            return int(status), text

    def ask(self, method, path, body=None, *more, status=None):
        """The answer of a request that has to succeed, or to end with the status."""
        found, answer = self.curl(method, path, body, *more)
        if found != status if status else found >= 300:
            raise SystemExit(f"{method} {path}: {found} {answer}")
        return answer

    def add_user(self, name, password="", **fields):
        home = os.path.join(HOMES, name)
        os.makedirs(home, exist_ok=True)
        user = {"username": name, "password": password, "status": 1, "home_dir": home, "permissions": {"/": ["*"]}, **fields}
        return self.ask("POST", "/users", user, status=201)

    def change_user(self, name, **fields):
        user = self.ask("GET", f"/users/{name}")
        user.update(fields)
        return self.ask("PUT", f"/users/{name}", user)


def chief():
    """The first administrator, made if there is none."""
    api = Api()
    if api.status == 200:
        return api
    wrong = {"username": "thief", "password": ADMIN_PASSWORD, "installation_code": SETUP_CODE + "x"}
    assert api.curl("POST", "/setup", wrong)[0] in (403, 409)
    api.curl("POST", "/setup", {"username": ADMIN, "password": ADMIN_PASSWORD, "installation_code": SETUP_CODE})

    # Another script may be the one that makes it.
    def again():
        made = Api()
        return made if made.status == 200 else None

    return until(again, "there is an administrator")


def new_key(name):
    file = os.path.join(WORK, name)
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file)
    with open(file + ".pub", encoding="ascii") as public:
        return file, public.read().strip()


def sftp(user, batch, password=None, key=None, methods=None, options=(), code=None):
    """What OpenSSH's sftp did with a batch: exit code, output and errors."""
    ask = os.path.join(WORK, "askpass")
    if not os.path.exists(ask):
        with open(ask, "w", encoding="ascii") as script:
            script.write('#!/bin/sh\ncase "$1" in *ode*) SECRET=$CODE;; esac\nprintf "%s\\n" "$SECRET"\n')
        os.chmod(ask, 0o700)
    identity = ["-i", key] if key else ["-o", "PubkeyAuthentication=no"]
    methods = methods or ("publickey" if key else "password")
    return run("sftp", "-F", "/dev/null", "-o", "BatchMode=no", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
               "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "NumberOfPasswordPrompts=1", "-o", "LogLevel=ERROR", *options,
               "-o", f"PreferredAuthentications={methods}", *identity, "-P", PORT, "-b", "-", f"{user}@{HOST}",
               stdin=batch, check=False, env={"SSH_ASKPASS": ask, "SSH_ASKPASS_REQUIRE": "force", "SECRET": password or "", "CODE": code or ""})


def logs_in(user, password=None, key=None, **more):
    return sftp(user, "pwd\n", password, key, **more)[0] == 0


@contextlib.contextmanager
def transport():
    """A connection that is not logged in yet."""
    import paramiko

    connection = paramiko.Transport((HOST, int(PORT)))
    try:
        connection.start_client(timeout=30)
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def session(user, password):
    """An open sftp session that stays."""
    import paramiko

    with transport() as connection:
        connection.auth_password(user, password, fallback=False)
        client = paramiko.SFTPClient.from_transport(connection)
        client.get_channel().settimeout(60)
        yield client


def refused(action, *errors):
    import paramiko

    # paramiko tells a connection that was closed under a request by an error of its own.
    try:
        action()
    except errors or (OSError, EOFError, paramiko.SSHException) as e:
        return e
    raise SystemExit("it was not refused")


def main(functions):
    functions[sys.argv[1]](*sys.argv[2:])
    sys.stdout.flush()
    os._exit(0)
