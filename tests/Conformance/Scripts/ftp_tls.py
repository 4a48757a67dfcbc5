"""TLS as the server demands it, client certificates, and certificates that change while sessions last."""
import os
import shutil
import signal
import ssl
import subprocess

from accounts import HOST, WORK, main, run, until
from ftp_session import AUTHORITY, CERTIFICATES, CONTROL, IMPLICIT, PASSWORD, PLAIN, PORTS, REQUIRED, connected, cut, fetch, new_user, read, refused, session, write

VERIFY = 1


def curl(user, listener, *arguments, path="file", scheme="ftp"):
    """Exit code, output and errors of curl with the password."""
    return run("curl", "-q", "-s", "-S", "--user", f"{user}:{PASSWORD}", *arguments, f"{scheme}://{HOST}:{PORTS[listener]}/{path}", check=False)


def lftp(user, listener, *settings, scheme="ftp"):
    """Whether lftp fetched the file, and what is in it."""
    local = os.path.join(WORK, "lftp")
    lines = ["set net:max-retries 1", "set net:timeout 30", "set cmd:fail-exit yes", f"set ssl:ca-file {AUTHORITY}", *(f"set {setting}" for setting in settings),
             f'open -u {user},"{PASSWORD}" -p {PORTS[listener]} {scheme}://{HOST}', f"get file -o {local}"]
    code = run("lftp", "--norc", "-f", "/dev/stdin", stdin="\n".join(lines) + "\n", check=False)[0]
    content = ""
    if os.path.exists(local):
        content = read(local).decode()
        os.remove(local)
    return code, content


def demanded():
    """F50: what is required of control and data connections, as curl, lftp and ftplib meet it."""
    write(new_user("demanded") + "/file", b"content")
    trusted = ("--cacert", AUTHORITY)
    for listener in (CONTROL, REQUIRED):
        code, _, error = curl("demanded", listener)
        assert code == 67 and "530" in error, (code, error)
        with connected(listener, tls=False) as client:
            refused(lambda: client.sendcmd("USER demanded"), 530)
            refused(lambda: client.sendcmd(f"PASS {PASSWORD}"), 5)
        assert lftp("demanded", listener, "ftp:ssl-allow no")[0] != 0
        assert lftp("demanded", listener, "ftp:ssl-force yes", "ftp:ssl-protect-data yes")[:2] == (0, "content")
        assert curl("demanded", listener, "--ssl-reqd", *trusted)[:2] == (0, "content")
    assert curl("demanded", CONTROL, "--ftp-ssl-control", *trusted)[:2] == (0, "content")
    assert curl("demanded", REQUIRED, "--ftp-ssl-control", *trusted)[0] != 0
    assert curl("demanded", IMPLICIT, *trusted, scheme="ftps")[:2] == (0, "content")
    assert lftp("demanded", IMPLICIT, scheme="ftps")[:2] == (0, "content")
    assert curl("demanded", IMPLICIT, "--max-time", "3")[0] != 0
    assert curl("demanded", PLAIN)[:2] == (0, "content")
    with session("demanded", REQUIRED) as client:
        client.sendcmd("EPSV")
        refused(lambda: client.prot_c(), 5)
        assert fetch(client, "file") == b"content"

    # One that resumes nothing is refused where it has to, and welcome elsewhere.
    for listener in (CONTROL, REQUIRED):
        with session("demanded", listener) as client:
            client.resumes = False
            if listener == CONTROL:
                assert fetch(client, "file") == b"content"
            else:
                cut(client, lambda: fetch(client, "file"), 522)


def old_versions():
    """TLS 1.1 is refused, 1.2 and 1.3 are not; the certificate is the one of the name."""
    for version, works in (("-tls1_1", False), ("-tls1_2", True), ("-tls1_3", True)):
        for listener, options in ((PLAIN, ["-starttls", "ftp"]), (IMPLICIT, [])):
            answer = subprocess.run(
                ["openssl", "s_client", "-connect", f"{HOST}:{PORTS[listener]}", *options, version, "-cipher", "DEFAULT@SECLEVEL=0", "-CAfile", AUTHORITY, "-verify_return_error", "-brief"],
                input=b"QUIT\r\n", capture_output=True, timeout=60)
            assert (b"Verification: OK" in answer.stderr) == works, (version, listener, answer.stderr)


def certificates():
    """F53: a certificate that is required, from the right authority and not revoked; what it is worth is up to the user."""
    for name, filters in (("ann", {"tls_username": "CommonName"}), ("bob", {}), ("both", {"tls_username": "CommonName", "denied_login_methods": ["TLSCertificate", "password"]})):
        write(new_user(name, filters=filters) + "/file", name.encode())

    def by(holder):
        return ["--cacert", AUTHORITY, "--ssl-reqd", "--cert", os.path.join(CERTIFICATES, holder + ".pem"), "--key", os.path.join(CERTIFICATES, holder + ".key")]

    def fetched(user, holder, password, listener=0):
        code, output, error = run(
            "curl", "-q", "-s", "-S", "--user", f"{user}:{password}", *(by(holder) if holder else ["--cacert", AUTHORITY, "--ssl-reqd"]), f"ftp://{HOST}:{PORTS[listener]}/file", check=False)
        assert (code == 0) == (output == user), (code, output, error)
        return code == 0

    stranger = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=ann", "-days", "2",
                "-keyout", os.path.join(CERTIFICATES, "stranger.key"), "-out", os.path.join(CERTIFICATES, "stranger.pem")]
    run(*stranger)

    # No session at all without a good one, whatever the password.
    assert not fetched("ann", None, PASSWORD) and not fetched("bob", None, PASSWORD)
    assert run("curl", "-q", "-s", "-S", "--user", f"bob:{PASSWORD}", f"ftp://{HOST}:{PORTS[0]}/file", check=False)[0] != 0
    assert not fetched("ann", "stranger", PASSWORD) and not fetched("ann", "revoked", PASSWORD) and not fetched("bob", "revoked", PASSWORD)

    # ann's certificate is all that ann needs, and nothing that bob has of it.
    assert fetched("ann", "ann", "no password at all") and fetched("ann", "bob", PASSWORD)
    assert not fetched("bob", "ann", "wrong") and fetched("bob", "ann", PASSWORD)
    assert not fetched("ann", "bob", "wrong")

    # Where both are asked for, neither is enough.
    assert fetched("both", "both", PASSWORD)
    assert not fetched("both", "both", "wrong") and not fetched("both", "ann", PASSWORD)

    # Where one is only looked at if it comes, a password does without.
    assert fetched("ann", None, PASSWORD, VERIFY) and fetched("ann", "ann", "none", VERIFY) and not fetched("ann", None, "wrong", VERIFY)
    assert not fetched("both", None, PASSWORD, VERIFY) and fetched("both", "both", PASSWORD, VERIFY)
    assert not fetched("ann", "revoked", PASSWORD, VERIFY) and not fetched("ann", "stranger", PASSWORD, VERIFY)

    # lftp, which uses GnuTLS, and TLS from the first byte on.
    holder = (f"ssl:cert-file {CERTIFICATES}/ann.pem", f"ssl:key-file {CERTIFICATES}/ann.key", "ftp:ssl-force yes", "ftp:ssl-protect-data yes")
    assert lftp("ann", 0, *holder)[:2] == (0, "ann")
    assert lftp("ann", 0, *holder[2:])[0] != 0
    assert lftp("ann", 2, *holder, scheme="ftps")[:2] == (0, "ann")
    with session("ann", 0, tls=True, certificate="ann", password="none") as client:
        assert fetch(client, "file") == b"ann"


def reloaded():
    """A new certificate and a new revocation list are in force at SIGHUP, for new sessions; those that last go on."""
    write(new_user("lasting", filters={"tls_username": "CommonName"}) + "/file", b"content")

    def issuer_of(listener):
        with connected(listener, tls=True, certificate="lasting") as client:
            client.auth()
            return dict(pair[0] for pair in client.sock.getpeercert()["subject"])["commonName"]

    def comes_in():
        try:
            with session("lasting", 0, tls=True, certificate="lasting") as client:
                return client.pwd() == "/"
        except (OSError, EOFError, ssl.SSLError):
            return False

    with session("lasting", 0, tls=True, certificate="lasting") as client:
        assert issuer_of(0) == "server" and comes_in()
        for kind in (".pem", ".key"):
            shutil.copy(os.path.join(CERTIFICATES, "later" + kind), os.path.join(CERTIFICATES, "server" + kind))
        os.kill(int(os.environ["HPC_PID"]), signal.SIGHUP)
        until(lambda: issuer_of(0) == "later", "the new certificate is shown")
        shutil.copy(os.path.join(CERTIFICATES, "later.crl"), os.path.join(CERTIFICATES, "revoked.crl"))
        os.kill(int(os.environ["HPC_PID"]), signal.SIGHUP)
        until(lambda: not comes_in(), "the certificate is refused")
        assert client.pwd() == "/"
        assert fetch(client, "file") == b"content"


if __name__ == "__main__":
    main(globals())
