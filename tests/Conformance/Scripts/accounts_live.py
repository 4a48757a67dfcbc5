"""Changes by REST while clients are at work, and the files and shares of the REST API."""
import hashlib
import io
import os
import subprocess
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor

from accounts import ADMIN, ADMIN_PASSWORD, HOMES, HTTP, Api, chief, logs_in, main, new_key, refused, run, session, until, PORT, HOST

PASSWORD = "a user's password"


def changes():
    """What is changed holds from the next operation of a running session on."""
    api = chief()
    api.add_user("changing", PASSWORD)
    extra = os.path.join(HOMES, "extra")
    os.makedirs(extra)
    api.ask("POST", "/folders", {"name": "extra", "mapped_path": extra})
    with session("changing", PASSWORD) as client:
        client.mkdir("/one")
        open_file = client.open("/one/file", "wb")
        open_file.write(b"content")
        open_file.close()
        api.change_user("changing", permissions={"/": ["list", "download"]})
        refused(lambda: client.mkdir("/two"), PermissionError)
        refused(lambda: client.remove("/one/file"), PermissionError)
        assert client.listdir("/") == ["one"]
        folder = {"name": "extra", "virtual_path": "/extra", "quota_size": -1, "quota_files": -1}
        api.change_user("changing", virtual_folders=[folder], permissions={"/": ["*"]})
        assert "extra" in client.listdir("/")
        with client.open("/extra/new", "wb") as file:
            file.write(b"there")
        assert os.listdir(extra) == ["new"]
        client.mkdir("/two")
        api.change_user("changing", filters={"file_patterns": [{"path": "/", "denied_patterns": ["*.zip"]}]})
        refused(lambda: client.open("/x.zip", "wb"), PermissionError)
        api.change_user("changing", virtual_folders=[])
        refused(lambda: client.stat("/extra/new"))
        api.ask("POST", "/groups", {"name": "changing-group", "user_settings": {},
                                    "virtual_folders": [{**folder, "virtual_path": "/of-group"}]})
        api.change_user("changing", groups=[{"name": "changing-group", "type": 2}])
        assert client.listdir("/of-group") == ["new"]
        group = api.ask("GET", "/groups/changing-group")
        group["virtual_folders"] = []
        api.ask("PUT", "/groups/changing-group", group)
        refused(lambda: client.stat("/of-group/new"))


def ends():
    """A session ends when its user may no longer log in as it did, and at no other change."""
    api = chief()
    endings = {
        "disabled": lambda name: api.change_user(name, status=0),
        "expired": lambda name: api.change_user(name, expiration_date=1_000_000),
        "given another password": lambda name: api.change_user(name, password="another password"),
        "shut out": lambda name: api.change_user(name, filters={"denied_protocols": ["SSH"]}),
        "deleted": lambda name: api.ask("DELETE", f"/users/{name}"),
    }
    for number, (what, act) in enumerate(endings.items()):
        name = f"ending{number}"
        api.add_user(name, PASSWORD)
        with session(name, PASSWORD) as client:
            client.mkdir("/before")
            api.change_user(name, description="the same as ever")
            client.mkdir("/still")
            act(name)
            refused(lambda: client.mkdir("/after"))
            transport = client.get_channel().get_transport()
            until(lambda: not transport.is_active(), f"the connection of a user that was {what} ends")
        assert sorted(os.listdir(os.path.join(HOMES, name))) == ["before", "still"], what


def kick():
    """F19: a download under way is listed, and its client drops when it is closed by REST."""
    api = chief()
    key, public = new_key("slow")
    api.add_user("slow", PASSWORD, public_keys=[public])
    with open(os.path.join(HOMES, "slow", "large"), "wb") as file:
        file.truncate(256 << 20)
    client = subprocess.Popen(
        ["sftp", "-F", "/dev/null", "-l", "4000", "-i", key, "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no",
         "-o", "UserKnownHostsFile=/dev/null", "-P", PORT, f"slow@{HOST}:large", os.devnull], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)

    def download():
        return [c for c in api.ask("GET", "/connections") if c["username"] == "slow" and c["active_transfers"]]

    found = until(download, "the download is listed")[0]
    assert found["protocol"] == "SFTP" and found["remote_address"].startswith("127.0.0.1")
    transfer = found["active_transfers"][0]
    assert (transfer["operation_type"], transfer["path"]) == ("download", "/large"), transfer
    assert client.poll() is None
    api.ask("DELETE", f"/connections/{found['connection_id']}")
    assert client.wait(60) != 0
    client.stderr.close()
    until(lambda: not download(), "the connection is gone")
    assert api.curl("DELETE", f"/connections/{found['connection_id']}")[0] == 404


def files():
    """Files up and down by curl, through the same sessions as every protocol's."""
    api = chief()
    api.add_user("webby", PASSWORD, permissions={"/": ["*"], "/readonly": ["list", "download"]})
    os.makedirs(os.path.join(HOMES, "webby", "readonly"))
    user = Api("webby", PASSWORD, "/user/token")
    content = os.urandom(3_000_000)
    local = os.path.join(HOMES, "webby.bin")
    with open(local, "wb") as file:
        file.write(content)

    def curl(*arguments):
        return run("curl", "-q", "-s", "-f", *user.headers, *arguments, binary=True)

    curl("-T", local, "-X", "POST", f"{HTTP}/user/files/upload?path=%2Fdir%2Ffile&mkdir_parents=true")
    with open(os.path.join(HOMES, "webby", "dir", "file"), "rb") as file:
        assert file.read() == content
    assert curl(f"{HTTP}/user/files?path=%2Fdir%2Ffile") == content
    assert curl("-r", "1000000-1999999", f"{HTTP}/user/files?path=%2Fdir%2Ffile") == content[1_000_000:2_000_000]
    assert curl("-r", "-5", f"{HTTP}/user/files?path=%2Fdir%2Ffile") == content[-5:]
    curl("-F", f"filenames=@{local};filename=first", "-F", f"filenames=@{local};filename=second", f"{HTTP}/user/files?path=%2Fdir")
    assert sorted(entry["name"] for entry in user.ask("GET", "/user/dirs?path=%2Fdir")) == ["file", "first", "second"]
    assert user.curl("POST", "/user/files/upload?path=%2Freadonly%2Fx", {"a": 1})[0] == 403
    assert user.curl("GET", "/user/files?path=%2F..%2F..%2Fetc%2Fpasswd")[0] == 404
    with session("webby", PASSWORD) as client:
        digest = hashlib.sha256(client.open("/dir/second").read()).digest()
        assert digest == hashlib.sha256(content).digest()
        client.rename("/dir/second", "/dir/third")
    archive = zipfile.ZipFile(io.BytesIO(curl("-d", '["/dir","/readonly"]', f"{HTTP}/user/streamzip")))
    assert archive.testzip() is None
    assert {"dir/file", "dir/first", "dir/third"} <= set(archive.namelist()), archive.namelist()
    assert archive.read("dir/third") == content
    api.change_user("webby", status=0)
    assert user.curl("GET", "/user/dirs")[0] == 401


def shares():
    """A share is used as often as it may be, also when everybody comes at once."""
    api = chief()
    api.add_user("sharer", PASSWORD)
    with open(os.path.join(HOMES, "sharer", "file"), "wb") as file:
        file.write(b"shared content")
    user = Api("sharer", PASSWORD, "/user/token")
    user.ask("POST", "/user/shares", {"name": "few", "scope": 1, "paths": ["/file"], "max_tokens": 7, "password": "of the share"})
    share = user.ask("GET", "/user/shares")[0]["id"]
    url = f"{HTTP}/shares/{share}?compress=false"
    refusals = {run("curl", "-q", "-s", "-o", os.devnull, "-w", "%{http_code}", *more, url) for more in ((), ("-u", ":wrong"))}
    assert refusals == {"401"}, refusals

    def get(_):
        code = run("curl", "-q", "-s", "-u", "x:of the share", "-w", "\n%{http_code}", url).rsplit("\n", 1)
        return code[1], code[0]

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(get, range(50)))
    assert [text for code, text in answers if code == "200"] == ["shared content"] * 7, [code for code, _ in answers]
    assert {code for code, _ in answers} == {"200", "404"}, answers
    assert user.ask("GET", f"/user/shares/{share}")["used_tokens"] == 7
    user.ask("POST", "/user/shares", {"name": "in", "scope": 2, "paths": ["/"]})
    drop = [entry for entry in user.ask("GET", "/user/shares") if entry["name"] == "in"][0]["id"]
    run("curl", "-q", "-s", "-f", "--data-binary", "given", f"{HTTP}/shares/{drop}/gift")
    assert run("curl", "-q", "-s", "-o", os.devnull, "-w", "%{http_code}", f"{HTTP}/shares/{drop}") == "403"
    with session("sharer", PASSWORD) as client:
        assert client.open("/gift").read() == b"given"


def quotas():
    """F35, F37: what may be stored and transferred, what is used, and both set by REST."""
    api = chief()
    api.add_user("frugal", PASSWORD, quota_files=2)
    with session("frugal", PASSWORD) as client:
        def put(name, size=10):
            with client.open(name, "wb") as file:
                file.write(b"x" * size)

        put("/one"), put("/two")
        refused(lambda: put("/three"))

        def used():
            user = api.ask("GET", "/users/frugal")
            return user["used_quota_files"], user["used_quota_size"]

        until(lambda: used() == (2, 20), "what is used is told")
        os.remove(os.path.join(HOMES, "frugal", "one"))
        api.ask("POST", "/quotas/users/frugal/scan", status=202)
        until(lambda: used()[0] == 1, "the scan is done")
        put("/three")
        api.change_user("frugal", quota_files=0, total_data_transfer=2)
        put("/large", 1_000_000)
        refused(lambda: put("/more", 1_500_000))

        def moved():
            return api.ask("GET", "/users/frugal")["used_upload_data_transfer"]

        def again():
            try:
                put("/more", 1_500_000)
            except OSError:
                return False
            return True

        # Figures are settled each second, and what was moved until then is still counted.
        until(lambda: moved() > 2_000_000, "what was uploaded is told")
        api.ask("PUT", "/quotas/users/frugal/transfer-usage?mode=reset", {"used_upload_data_transfer": 0, "used_download_data_transfer": 0})
        assert moved() == 0
        until(again, "uploads go on after the reset")


def crowd(count):
    """Adds users at once until the server is gone; prints the names that were acknowledged."""
    api = chief()
    lock, done = threading.Lock(), []

    def work(first):
        for number in range(first, int(count), 8):
            name = f"crowd{number}"
            try:
                status, _ = api.curl("POST", "/users", {"username": name, "password": PASSWORD, "status": 1, "permissions": {"/": ["*"]}})
            except SystemExit:
                return
            if status == 201:
                with lock:
                    done.append(name)
                    print(name, flush=True)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))


def there():
    """Every name that is read from the standard input is a user, and the last of them logs in."""
    import sys

    names = sys.stdin.read().split()
    token = Api(ADMIN, ADMIN_PASSWORD)
    found, offset = set(), 0
    while True:
        page = [user["username"] for user in token.ask("GET", f"/users?limit=500&offset={offset}")]
        found.update(page)
        offset += len(page)
        if len(page) < 500:
            break
    assert set(names) <= found, set(names) - found
    assert logs_in(names[-1], PASSWORD)


def one():
    """A user is added, listed and logs in: on whatever data provider the server has."""
    api = chief()
    api.ask("POST", "/groups", {"name": "of-provider", "user_settings": {"permissions": {"/private": ["list"]}}})
    api.add_user("provided", PASSWORD, groups=[{"name": "of-provider", "type": 1}])
    assert [user["username"] for user in api.ask("GET", "/users")] == ["provided"]
    assert logs_in("provided", PASSWORD) and not logs_in("provided", PASSWORD + "x")
    with session("provided", PASSWORD) as client:
        client.mkdir("/private")
        refused(lambda: client.mkdir("/private/x"), PermissionError)
        api.change_user("provided", status=0)
        refused(lambda: client.mkdir("/after"))
    api.change_user("provided", status=1)
    assert logs_in("provided", PASSWORD)


if __name__ == "__main__":
    main(globals())
