"""Who may log in how: keys, methods, addresses, protocols, groups, roles and second factors."""
import os
import time

from accounts import HOMES, HTTP, Api, chief, logs_in, main, new_key, run, session, sftp, transport, until

PASSWORD = "a user's password"


def keys():
    """F23: two keys open the account, a third does not."""
    api = chief()
    made = [new_key(f"key{number}") for number in range(3)]
    api.add_user("twokeys", PASSWORD, public_keys=[public for _, public in made[:2]])
    assert [logs_in("twokeys", key=file) for file, _ in made] == [True, True, False]
    assert logs_in("twokeys", PASSWORD)


def rules():
    """F27, F40, F54: methods, addresses and protocols that are denied."""
    api = chief()
    file, public = new_key("rules")
    api.add_user("ruled", PASSWORD, public_keys=[public])

    def outcome(**filters):
        user = api.ask("GET", "/users/ruled")
        user["filters"].update(filters)
        api.ask("PUT", "/users/ruled", user)
        return logs_in("ruled", PASSWORD), logs_in("ruled", key=file)

    assert outcome() == (True, True)
    assert outcome(denied_login_methods=["password"]) == (False, True)
    assert outcome(denied_login_methods=["publickey"]) == (True, False)
    assert outcome(denied_login_methods=[], allowed_ip=["192.0.2.0/24"]) == (False, False)
    assert outcome(allowed_ip=["192.0.2.0/24", "127.0.0.1/32"]) == (True, True)
    assert outcome(allowed_ip=[], denied_ip=["127.0.0.0/8"]) == (False, False)
    assert outcome(denied_ip=[], denied_protocols=["SSH"]) == (False, False)
    assert Api("ruled", PASSWORD, "/user/token").status == 200
    assert outcome(denied_protocols=["HTTP", "FTP"]) == (True, True)
    assert Api("ruled", PASSWORD, "/user/token").status == 401
    api.change_user("ruled", expiration_date=1_000_000)
    assert not logs_in("ruled", PASSWORD) and not logs_in("ruled", key=file)
    api.change_user("ruled", expiration_date=0, status=0)
    assert not logs_in("ruled", PASSWORD) and not logs_in("ruled", key=file)


def steps():
    """A key and then the password, with OpenSSH."""
    api = chief()
    file, public = new_key("steps")
    denied = ["publickey", "password", "keyboard-interactive", "publickey+keyboard-interactive"]
    api.add_user("stepper", PASSWORD, public_keys=[public], filters={"denied_login_methods": denied})
    assert logs_in("stepper", PASSWORD, key=file, methods="publickey,password")
    assert not logs_in("stepper", key=file, methods="publickey")
    assert not logs_in("stepper", PASSWORD)
    assert not logs_in("stepper", PASSWORD + "x", key=file, methods="publickey,password")
    assert not logs_in("stepper", PASSWORD, key=new_key("stranger")[0], methods="publickey,password")


def groups():
    """F29: the home of the primary group, permissions and folders of the secondary one."""
    api = chief()
    common = os.path.join(HOMES, "of-all")
    os.makedirs(common, exist_ok=True)
    api.ask("POST", "/folders", {"name": "of-all", "mapped_path": common})
    api.ask("POST", "/groups", {"name": "primary", "user_settings": {
        "home_dir": os.path.join(HOMES, "members", "%username%"), "permissions": {"/": ["*"], "/quiet": ["list"]}}})
    api.ask("POST", "/groups", {"name": "secondary", "user_settings": {"permissions": {"/in": ["list", "upload"]}},
                                "virtual_folders": [{"name": "of-all", "virtual_path": "/all/%username%", "quota_size": -1, "quota_files": -1}]})
    for name in ("ann", "bob"):
        api.ask("POST", "/users", {"username": name, "password": PASSWORD, "status": 1, "home_dir": os.path.join(HOMES, "unused"), "permissions": {"/": ["*"]},
                                   "groups": [{"name": "primary", "type": 1}, {"name": "secondary", "type": 2}]})
        home = os.path.join(HOMES, "members", name)
        for directory in ("in", "quiet"):
            os.makedirs(os.path.join(home, directory))
        code, _, errors = sftp(name, f"put /etc/hostname top\nput /etc/hostname in/up\nput /etc/hostname all/{name}/{name}\n", PASSWORD)
        assert code == 0, errors
        assert {"in", "quiet", "top"} <= set(os.listdir(home)), os.listdir(home)
        assert os.listdir(os.path.join(home, "in")) == ["up"]
        for command in ("get in/up /dev/null", "rm in/up", "put /etc/hostname quiet/x", "mkdir quiet/x"):
            code, _, errors = sftp(name, command + "\n", PASSWORD)
            assert code != 0 and "ermission denied" in errors, (command, errors)
    assert sorted(os.listdir(common)) == ["ann", "bob"]


def user_of(name):
    """A user whose home is made where the server keeps homes."""
    return {"username": name, "password": PASSWORD, "status": 1, "permissions": {"/": ["*"]}}


def roles():
    """F30: an administrator with a role sees and changes the users of that role alone."""
    api = chief()
    for role in ("north", "south"):
        api.ask("POST", "/roles", {"name": role})
        api.ask("POST", "/admins", {"username": role + "-admin", "password": PASSWORD, "status": 1, "role": role,
                                    "permissions": ["add_users", "edit_users", "del_users", "view_users", "view_conns", "close_conns"]})
    north, south = Api("north-admin", PASSWORD), Api("south-admin", PASSWORD)
    assert north.ask("POST", "/users", user_of("northerner"))["role"] == "north"
    south.ask("POST", "/users", user_of("southerner"))
    assert north.curl("POST", "/users", {**user_of("elsewhere"), "home_dir": "/etc"})[0] == 403
    api.add_user("roleless", PASSWORD)
    assert [user["username"] for user in north.ask("GET", "/users")] == ["northerner"]
    assert {"northerner", "southerner", "roleless"} <= {user["username"] for user in api.ask("GET", "/users?limit=500")}
    for other in ("southerner", "roleless"):
        user = api.ask("GET", f"/users/{other}")
        for method, body in (("GET", None), ("PUT", user), ("DELETE", None)):
            assert north.curl(method, f"/users/{other}", body)[0] in (403, 404), (method, other)
    assert north.curl("GET", "/admins")[0] == 403
    with session("northerner", PASSWORD), session("southerner", PASSWORD):
        assert {connection["username"] for connection in north.ask("GET", "/connections")} == {"northerner"}
        foreign = [connection for connection in api.ask("GET", "/connections") if connection["username"] == "southerner"][0]
        assert north.curl("DELETE", f"/connections/{foreign['connection_id']}")[0] in (403, 404)
    assert logs_in("northerner", PASSWORD) and logs_in("southerner", PASSWORD)
    north.ask("DELETE", "/users/northerner")
    assert not logs_in("northerner", PASSWORD)


def second_factor():
    """F28, L8: a code of another program's making, asked for by the server, good once."""
    import paramiko

    api = chief()
    api.add_user("careful", PASSWORD)
    user = Api("careful", PASSWORD, "/user/token")
    secret = user.ask("POST", "/user/totp/generate", {"config_name": "Default"})["secret"]

    def code(when="now"):
        return run("oathtool", "--totp", "-b", "-N", when, secret).strip()

    user.ask("POST", "/user/totp/validate", {"config_name": "Default", "passcode": code(), "secret": secret})
    user.ask("POST", "/user/totp/save", {"enabled": True, "config_name": "Default", "protocols": ["SSH", "HTTP"],
                                         "secret": {"status": "Plain", "payload": secret}})
    codes = user.ask("GET", "/user/2fa/recoverycodes")

    def interactive(password, passcode):
        asked = []

        def answer(title, instructions, prompts):
            asked.extend(prompts)
            return [password if "assword" in text else passcode for text, _ in prompts]

        with transport() as connection:
            try:
                connection.auth_interactive("careful", answer)
                assert connection.is_authenticated()
                paramiko.SFTPClient.from_transport(connection).listdir("/")
                return True, asked
            except paramiko.AuthenticationException:
                return False, asked

    # The code that was validated stands for its period; the next one is the first that logs in.
    fresh = code("now + 30 seconds")
    assert interactive(PASSWORD, "000000")[0] is False
    assert interactive(PASSWORD + "x", fresh)[0] is False
    succeeded, asked = interactive(PASSWORD, fresh)
    assert succeeded and len(asked) == 2, asked
    assert interactive(PASSWORD, fresh)[0] is False, "a code is good once"
    assert not logs_in("careful", PASSWORD), "the password alone"
    assert not logs_in("careful", PASSWORD, methods="keyboard-interactive", code=fresh)

    recovery = codes[0]["code"]
    assert Api("careful", PASSWORD, "/user/token").status == 401
    assert Api("careful", PASSWORD, "/user/token", otp=recovery).status == 200
    assert Api("careful", PASSWORD, "/user/token", otp=recovery).status == 401, "a recovery code is good once"
    api.ask("PUT", "/users/careful/2fa/disable")
    assert logs_in("careful", PASSWORD)


def openssh_code():
    """F28: OpenSSH asks for the password and the code."""
    api = chief()
    api.add_user("wary", PASSWORD)
    user = Api("wary", PASSWORD, "/user/token")
    secret = user.ask("POST", "/user/totp/generate", {"config_name": "Default"})["secret"]

    def code(when):
        return run("oathtool", "--totp", "-b", "-N", when, secret).strip()

    user.ask("POST", "/user/totp/validate", {"config_name": "Default", "passcode": code("now"), "secret": secret})
    user.ask("POST", "/user/totp/save", {"enabled": True, "config_name": "Default", "protocols": ["SSH"], "secret": {"status": "Plain", "payload": secret}})
    assert not logs_in("wary", PASSWORD, methods="keyboard-interactive", code="123456")
    assert logs_in("wary", PASSWORD, methods="keyboard-interactive", code=code("now + 30 seconds"))
    assert Api("wary", PASSWORD, "/user/token").status == 200, "no code over HTTP"


def api_keys():
    """L7: a key acts for its owner, until it expires or is removed."""
    api = chief()
    api.add_user("keyed", PASSWORD, filters={"allow_api_key_auth": True})
    made = api.ask("POST", "/apikeys", {"name": "one", "scope": 2, "user": "keyed"})
    other = api.ask("POST", "/apikeys", {"name": "two", "scope": 2, "user": "keyed", "expires_at": int(time.time() * 1000) + 1000})

    def status(key, path):
        return int(run("curl", "-q", "-s", "-o", os.devnull, "-w", "%{http_code}", "-H", f"X-SFTPGO-API-KEY: {key}", HTTP + path))

    assert status(made["key"], "/user/dirs") == 200
    assert status(made["key"], "/users") in (401, 403)
    until(lambda: status(other["key"], "/user/dirs") == 401, "the key expires")
    assert status(made["key"][:-1], "/user/dirs") == 401
    number = [key["id"] for key in api.ask("GET", "/apikeys") if key["name"] == "one"][0]
    api.ask("DELETE", f"/apikeys/{number}")
    assert status(made["key"], "/user/dirs") in (400, 401)


def hashing(start):
    """H1 to H3: the hash begins as configured, and the password logs in."""
    api = chief()
    api.add_user("hashed", PASSWORD)
    stored = api.ask("GET", "/users/hashed?confidential_data=1")["password"]
    assert stored.startswith(start), stored[:len(start)]
    assert "password" not in api.ask("GET", "/users/hashed"), "shown to who did not ask"
    assert logs_in("hashed", PASSWORD) and not logs_in("hashed", PASSWORD + "x")


def password_rules():
    """H23 to H26: users by their rules, administrators by theirs."""
    api = chief()

    def user(password):
        return api.curl("POST", "/users", {"username": "ruled", "password": password, "home_dir": os.path.join(HOMES, "ruled"), "permissions": {"/": ["*"]}})[0]

    def admin(password):
        return api.curl("POST", "/admins", {"username": "ruled", "password": password, "status": 1, "permissions": ["*"]})[0]

    assert [user(password) for password in ("ninechar1", "ten chars!", "ten chars1")] == [400, 400, 201]
    assert [admin(password) for password in ("thirteen cha1", "aaaaaaaaaaaaaa", "fourteen chars")] == [400, 400, 201]


if __name__ == "__main__":
    main(globals())
