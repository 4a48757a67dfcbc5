"""What clients expect of connections, channels and commands; the case to run is the first argument."""
import hashlib
import os
import sys
import time

import paramiko

import session
from rawsftp import *


def keepalives_and_unknown_global_requests_are_answered():
    client = session.paramiko_client()
    transport = client.get_transport()
    for name in ("keepalive@openssh.com", "nothing@example.org", "tcpip-forward-not"):
        for _ in range(3):
            assert transport.global_request(name, wait=True) is None
    assert RawSftp(client).stat("/")["mode"]


def environment_terminal_and_shell_end_no_connection():
    client = session.paramiko_client()
    transport = client.get_transport()
    for ask in (
        lambda channel: channel.get_pty(),
        lambda channel: channel.set_environment_variable("LANG", "C"),
        lambda channel: channel.invoke_shell(),
        lambda channel: channel.request_x11(),
        lambda channel: channel.invoke_subsystem("nothing"),
    ):
        channel = transport.open_session(timeout=20)
        try:
            ask(channel)
        except paramiko.SSHException:
            pass
        channel.close()
    assert transport.is_active()
    assert RawSftp(client).stat("/")["mode"]


def forwarding_is_refused_and_the_connection_stays():
    client = session.paramiko_client()
    transport = client.get_transport()
    try:
        transport.open_channel("direct-tcpip", ("127.0.0.1", 1), ("127.0.0.1", 1), timeout=20)
        raise AssertionError("a tunnel was opened")
    except paramiko.ChannelException as refused:
        assert refused.code in (1, 2, 3), refused
    try:
        transport.request_port_forward("127.0.0.1", 0)
        raise AssertionError("a port was forwarded")
    except paramiko.SSHException:
        pass
    assert RawSftp(client).stat("/")["mode"]


def environment_before_the_subsystem_is_no_hindrance():
    client = session.paramiko_client()
    channel = client.get_transport().open_session()
    channel.update_environment({"LANG": "C.UTF-8"})
    channel.invoke_subsystem("sftp")
    assert paramiko.SFTPClient(channel).normalize(".") == "/"


def commands_that_clients_probe_with_are_answered():
    client = session.paramiko_client()
    sftp = RawSftp(client)
    data = os.urandom(100_000)
    name = "it's a \"name\".bin"
    sftp.put("plain", data)
    sftp.put(name, data)

    def run(command):
        try:
            _, output, error = client.exec_command(command, timeout=30)
        except paramiko.SSHException as refused:
            return -1, "", str(refused)
        output.channel.shutdown_write()
        text = output.read().decode()
        return output.channel.recv_exit_status(), text, error.read().decode()

    assert run("pwd") == (0, "/\n", ""), run("pwd")
    assert run("cd")[0] == 0
    for command, algorithm in (("md5sum", "md5"), ("sha1sum", "sha1"), ("sha256sum", "sha256")):
        digest = hashlib.new(algorithm, data).hexdigest()
        code, text, _ = run(f"{command} plain")
        assert code == 0 and text.split() in ([digest, "plain"], [digest, "/plain"]), text
        quoted = "'it'\\''s a \"name\".bin'"
        code, text, _ = run(f"{command} {quoted}")
        assert code == 0 and text.lstrip("\\").startswith(digest), (code, text)
        assert run(f"{command} missing")[0] != 0
        empty = hashlib.new(algorithm, b"").hexdigest()
        code, text, _ = run(f"echo 'abc' | {command}")
        if code == 0:
            assert text.split()[0] == hashlib.new(algorithm, b"abc\n").hexdigest(), text
        code, text, _ = run(command)
        assert code != 0 or text.split()[0] == empty, (code, text)
    code, _, error = run("rm -rf /")
    assert code != 0 and error, (code, error)
    assert sftp.get("plain") == data


def the_end_of_a_channel_is_status_then_close():
    order = []
    table = paramiko.Transport._channel_handler_table
    from paramiko.common import MSG_CHANNEL_CLOSE, MSG_CHANNEL_EOF, MSG_CHANNEL_REQUEST

    def watch(number, label):
        handler = table[number]

        def watched(channel, message):
            if number == MSG_CHANNEL_REQUEST:
                kind = message.get_text()
                message.rewind()
                message.get_int()
                order.append(kind)
            else:
                order.append(label)
            return handler(channel, message)

        table[number] = watched

    watch(MSG_CHANNEL_REQUEST, "")
    watch(MSG_CHANNEL_EOF, "eof")
    watch(MSG_CHANNEL_CLOSE, "close")
    client = session.paramiko_client()
    channel = client.get_transport().open_session()
    channel.invoke_subsystem("sftp")
    channel.sendall(u32(5) + bytes([INIT]) + u32(3))
    channel.shutdown_write()
    assert channel.recv_exit_status() == 0
    while channel.recv(65536):
        pass
    for _ in range(200):
        if "close" in order:
            break
        time.sleep(0.05)
    assert order.index("exit-status") < order.index("close"), order
    assert "eof" in order and order.index("eof") < order.index("close"), order
    assert order[-1] == "close", order
    assert client.get_transport().is_active()


def a_password_may_be_given_to_keyboard_interactive():
    transport = paramiko.Transport((session.HOST, session.PORT))
    transport.start_client(timeout=20)
    asked = []

    def answer(title, instructions, prompts):
        asked.extend(prompts)
        return [session.PASSWORD for _ in prompts]

    transport.auth_interactive(session.USER, answer)
    assert transport.is_authenticated() and asked and not asked[0][1], asked
    assert paramiko.SFTPClient.from_transport(transport).normalize(".") == "/"


def the_wrong_secret_opens_nothing():
    transport = paramiko.Transport((session.HOST, session.PORT))
    transport.start_client(timeout=20)
    try:
        transport.auth_none(session.USER)
        raise AssertionError("logged in with nothing")
    except paramiko.BadAuthenticationType as refused:
        assert {"publickey", "password"} <= set(refused.allowed_types), refused.allowed_types
    for attempt in (
        lambda: transport.auth_password(session.USER, "wrong", fallback=False),
        lambda: transport.auth_password(session.USER, "", fallback=False),
        lambda: transport.auth_publickey(session.USER, paramiko.ECDSAKey.generate()),
    ):
        try:
            attempt()
            raise AssertionError("logged in with a wrong secret")
        except paramiko.AuthenticationException:
            pass
    transport.auth_password(session.USER, session.PASSWORD)
    assert transport.is_authenticated()


def an_unknown_user_is_refused_like_a_wrong_password():
    transport = paramiko.Transport((session.HOST, session.PORT))
    transport.start_client(timeout=20)
    try:
        transport.auth_password("nobody-here", session.PASSWORD, fallback=False)
        raise AssertionError("logged in as nobody")
    except paramiko.AuthenticationException as refused:
        assert "Authentication failed" in str(refused), refused


def the_banner_is_shown_before_login():
    client = session.paramiko_client()
    banner = client.get_transport().get_banner()
    assert banner and "Conformance tests only." in banner.decode(), banner


if __name__ == "__main__":
    globals()[sys.argv[1]]()
