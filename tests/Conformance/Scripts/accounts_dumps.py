"""Dumps and hashes made elsewhere: old passwords log in over SFTP."""
import base64
import hashlib
import json
import os

from accounts import HOMES, Api, chief, logs_in, main, run, session, sftp, until


def pbkdf2(name, password, salt, text_salt):
    digest = base64.b64encode(hashlib.pbkdf2_hmac(name, password.encode(), salt, 1000)).decode()
    return f"1000${text_salt}${digest}"


def hashes_of(password):
    """One hash per format, each made by another program."""
    salt, binary = "pepperandsalt", bytes(range(200, 216))

    def openssl(form):
        return run("openssl", "passwd", form, "-stdin", stdin=password + "\n").strip()

    def mkpasswd(method, *more):
        return run("mkpasswd", "-s", "-m", method, *more, stdin=password + "\n").strip()

    def htpasswd(prefix):
        made = run("htpasswd", "-n", "-i", "-B", "-C", "5", "x", stdin=password + "\n").strip().split(":", 1)[1]
        return prefix + made[4:]

    hashes = {
        "bcrypt2a": htpasswd("$2a$"), "bcrypt2b": htpasswd("$2b$"), "bcrypt2y": htpasswd("$2y$"),
        "argon2id": run("argon2", salt, "-id", "-t", "2", "-m", "12", "-p", "2", "-e", stdin=password).strip(),
        "pbkdf2sha1": "$pbkdf2-sha1$" + pbkdf2("sha1", password, salt.encode(), salt),
        "pbkdf2sha256": "$pbkdf2-sha256$" + pbkdf2("sha256", password, salt.encode(), salt),
        "pbkdf2sha512": "$pbkdf2-sha512$" + pbkdf2("sha512", password, salt.encode(), salt),
        "pbkdf2b64": "$pbkdf2-b64salt-sha256$" + pbkdf2("sha256", password, binary, base64.b64encode(binary).decode()),
        "md5crypt": openssl("-1"), "apr1": openssl("-apr1"), "sha256crypt": openssl("-5"), "sha512crypt": openssl("-6"),
        "sha256rounds": mkpasswd("sha-256", "-R", "1234"), "yescrypt": mkpasswd("yescrypt"),
        "hexmd5": "{MD5}" + hashlib.md5(password.encode()).hexdigest(),
        "hexsha256": "{SHA256}" + hashlib.sha256(password.encode()).hexdigest(),
        "hexsha512": "{SHA512}" + hashlib.sha512(password.encode()).hexdigest(),
    }
    return hashes


def stored(api, name):
    return api.ask("GET", f"/users/{name}?confidential_data=1")["password"]


def formats():
    """H4 to H20: a hash is kept as it is until its owner logs in; then it is one of ours, of the same password."""
    api, password = chief(), "Grüße, 100% déjà vu"
    hashes = hashes_of(password)
    for name, value in hashes.items():
        api.add_user("h-" + name, value)
        assert stored(api, "h-" + name) == value, name
    for name, value in hashes.items():
        user = "h-" + name
        assert not logs_in(user, password + "x"), f"{name}: a wrong password"
        assert stored(api, user) == value, f"{name}: a refused login changes nothing"
        assert logs_in(user, password), name
        if value.startswith("$2"):
            assert stored(api, user) == value, name
        else:
            # A server that has others to verify leaves it to the next login.
            until(lambda: stored(api, user).startswith("$2a$04$") or not logs_in(user, password), f"{name} is hashed anew")
            assert stored(api, user).startswith("$2a$04$"), name
        assert not logs_in(user, password + "x"), f"{name}: a wrong password afterwards"
        with session(user, password) as client:
            client.mkdir("in")


def dump_of(version, password):
    """A dump as SFTPGo documents it, with what its programs write into one."""
    hashes = hashes_of(password)
    tag = f"v{version}"
    folder = os.path.join(HOMES, f"{tag}-shared")
    os.makedirs(folder, exist_ok=True)
    local = {"provider": 0, "s3config": {}, "gcsconfig": {}, "azblobconfig": {}, "cryptconfig": {}, "sftpconfig": {}, "httpconfig": {}}
    users = []
    for number, name in enumerate(("sha512crypt", "yescrypt", "argon2id", "bcrypt2a", "pbkdf2sha256", "hexsha256"), 1):
        home = os.path.join(HOMES, f"{tag}-{name}")
        os.makedirs(home, exist_ok=True)
        users.append({
            "id": number, "status": 1, "username": f"{tag}-{name}", "expiration_date": 0, "password": hashes[name], "home_dir": home,
            "uid": 0, "gid": 0, "max_sessions": 0, "quota_size": 0, "quota_files": 0, "permissions": {"/": ["*"]}, "used_quota_size": 0,
            "used_quota_files": 0, "last_quota_update": 0, "last_login": 0, "filters": {"hooks": {}, "totp_config": {"secret": {}}},
            "filesystem": local, "groups": [{"name": f"{tag}-group", "type": 1}],
        })
    return {
        "users": users,
        "folders": [{"id": 1, "name": f"{tag}-folder", "mapped_path": folder, "used_quota_size": 0, "used_quota_files": 0,
                     "last_quota_update": 0, "filesystem": local}],
        "groups": [{"id": 1, "name": f"{tag}-group", "user_settings": {"permissions": {}, "filters": {"hooks": {}}, "filesystem": local},
                    "virtual_folders": [{"name": f"{tag}-folder", "virtual_path": "/shared", "quota_size": -1, "quota_files": -1}]}],
        "admins": [{"id": 1, "status": 1, "username": f"{tag}-admin", "password": hashes["bcrypt2a"], "permissions": ["*"],
                    "filters": {"totp_config": {"secret": {}}, "preferences": {}}}],
        "api_keys": [],
        "shares": [{"id": f"{tag}share", "name": "files", "scope": 1, "paths": ["/"], "username": f"{tag}-bcrypt2a", "max_tokens": 0, "used_tokens": 0}],
        "event_actions": [], "event_rules": [], "version": version,
        **({"roles": [], "ip_lists": [], "configs": {}} if version > 13 else {}),
    }


def sftpgo(version):
    """A dump of SFTPGo loads with no step by hand."""
    api, password, tag = chief(), "the old password", f"v{version}"
    dump = dump_of(int(version), password)
    api.ask("POST", "/loaddata?mode=0", dump)
    back = api.ask("GET", "/dumpdata?output-data=1")
    for kind, key in (("users", "username"), ("folders", "name"), ("groups", "name"), ("admins", "username"), ("shares", "id")):
        found = {item[key]: item for item in back[kind]}
        for item in dump[kind]:
            same(item, found[item[key]], f"{kind} {item[key]}")
    for user in dump["users"]:
        assert not logs_in(user["username"], "another password")
        code, _, errors = sftp(user["username"], f"put /etc/hostname /shared/{user['username']}\n", password)
        assert code == 0, errors
    assert len(os.listdir(os.path.join(HOMES, f"{tag}-shared"))) == len(dump["users"])
    assert Api(f"{tag}-admin", password).status == 200
    api.headers = []
    with open(os.path.join(HOMES, f"{tag}-bcrypt2a", "file"), "w", encoding="ascii") as file:
        file.write("shared")
    assert api.ask("GET", f"/shares/{tag}share/files?path=%2Ffile") == "shared"


def same(item, found, where):
    """What the dump says is there; numbers given by the program that wrote it, and empty objects, may be gone."""
    if isinstance(item, dict):
        for key, value in item.items():
            if key == "id" and isinstance(value, int) or value in ({}, 0, [], "") or key.startswith(("last_", "used_")):
                continue
            if all(isinstance(entry, dict) and not entry for entry in value.values()) if isinstance(value, dict) and value else False:
                continue
            assert isinstance(found, dict) and (key in found or value == {"secret": {}}), f"{where}.{key} is not there"
            same(value, found.get(key), f"{where}.{key}")
    elif isinstance(item, list):
        assert len(item) == len(found), where
        for number, (left, right) in enumerate(zip(item, found)):
            same(left, right, f"{where}[{number}]")
    else:
        assert item == found, f"{where}: {item} became {found}"


def convert():
    """F57: accounts of the operating system, by the converter."""
    api, password = chief(), "as on the old machine"
    old = {"unix-crypt": run("openssl", "passwd", "-6", "-stdin", stdin=password).strip(),
           "unix-yes": run("mkpasswd", "-s", "-m", "yescrypt", stdin=password).strip(), "unix-locked": "!*"}
    files = {name: os.path.join(HOMES, name) for name in ("passwd", "shadow", "converted.json")}
    with open(files["passwd"], "w", encoding="ascii") as file:
        file.write("daemon:x:1:1::/usr/sbin:/usr/sbin/nologin\n")
        file.writelines(f"{name}:x:{2000 + n}:{2000 + n}::{HOMES}/{name}:/bin/sh\n" for n, name in enumerate(old))
    with open(files["shadow"], "w", encoding="ascii") as file:
        file.write("daemon:*:19000:0:99999:7:::\n")
        file.writelines(f"{name}:{value}:19000:0:99999:7:::\n" for name, value in old.items())
    for name in old:
        os.makedirs(os.path.join(HOMES, name), exist_ok=True)
    run(os.environ["HPC_EXE"], "convert", "unix-passwd", files["passwd"], files["converted.json"], "--shadow", files["shadow"], "--min-uid", "1000")
    with open(files["converted.json"], encoding="utf-8") as file:
        dump = json.load(file)
    assert "daemon" not in [user["username"] for user in dump["users"]]
    api.ask("POST", "/loaddata", dump)
    assert stored(api, "unix-crypt") == old["unix-crypt"]
    assert logs_in("unix-crypt", password) and logs_in("unix-yes", password)
    assert not logs_in("unix-locked", "!*") and not logs_in("unix-locked", "")
    for file in files.values():
        os.remove(file)


def fill():
    """F18, first half: objects of every kind, and their dump."""
    api = chief()
    api.ask("POST", "/roles", {"name": "branch"})
    api.ask("POST", "/folders", {"name": "common", "mapped_path": os.path.join(HOMES, "common")})
    api.ask("POST", "/groups", {"name": "team", "user_settings": {"home_dir": HOMES + "/%username%"},
                                "virtual_folders": [{"name": "common", "virtual_path": "/common", "quota_size": -1, "quota_files": -1}]})
    api.add_user("keeper", "the keeper's password", role="branch", groups=[{"name": "team", "type": 1}], public_keys=[])
    keeper = Api("keeper", "the keeper's password", "/user/token")
    keeper.ask("POST", "/user/shares", {"name": "files", "scope": 1, "paths": ["/"], "password": "of the share"})
    api.ask("POST", "/apikeys", {"name": "script", "scope": 1})
    api.ask("POST", "/iplists/2", {"ipornet": "192.0.2.0/24", "type": 2, "mode": 1, "protocols": 0})
    write_dump(api, "before.json")


def write_dump(api, name):
    with open(os.path.join(HOMES, name), "w", encoding="utf-8") as file:
        json.dump(api.ask("GET", "/dumpdata?output-data=1"), file)


def restore():
    """F18, second half, on an empty provider: what was dumped is there again."""
    first = Api()
    assert first.status == 401, "somebody is there"
    run(os.environ["HPC_EXE"], "loaddata", os.path.join(HOMES, "before.json"), "--data-dir", os.environ["HPC_DATA"])
    assert logs_in("keeper", "the keeper's password")
    write_dump(chief(), "after.json")
    before, after = ({}, {})
    for dump, name in ((before, "before.json"), (after, "after.json")):
        with open(os.path.join(HOMES, name), encoding="utf-8") as file:
            dump.update(json.load(file))
    strip(before), strip(after)
    for kind in before:
        assert before[kind] == after[kind], (kind, before[kind], after[kind])
    assert before.keys() == after.keys()
    assert all(before[kind] for kind in ("users", "folders", "groups", "admins", "api_keys", "shares", "roles", "ip_lists"))


def strip(value):
    """Row numbers, and what a login or a load changes by itself."""
    if isinstance(value, dict):
        for key in list(value):
            if key in ("last_login", "last_use_at", "updated_at", "first_upload", "first_download", "last_quota_update") or key == "id" and isinstance(value[key], int):
                del value[key]
            else:
                strip(value[key])
    elif isinstance(value, list):
        for item in value:
            strip(item)


if __name__ == "__main__":
    main(globals())
