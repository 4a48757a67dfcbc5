"""How the scripts log in: everything comes from the environment."""
import os

HOST = "127.0.0.1"
PORT = int(os.environ["SFTP_PORT"])
USER = os.environ["SFTP_USER"]
PASSWORD = os.environ["SFTP_PASSWORD"]
KEY = os.environ["SFTP_KEY"]
BY_PASSWORD = os.environ["SFTP_LOGIN"] == "password"
KNOWN_HOSTS = os.environ["SFTP_KNOWN_HOSTS"]


def paramiko_client():
    import paramiko

    client = paramiko.SSHClient()
    client.load_host_keys(KNOWN_HOSTS)
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    login = {"password": PASSWORD} if BY_PASSWORD else {"key_filename": KEY}
    client.connect(HOST, PORT, USER, allow_agent=False, look_for_keys=False, timeout=20, **login)
    return client


def asyncssh_connect(**options):
    import asyncssh

    login = {"password": PASSWORD, "client_keys": None} if BY_PASSWORD else {"client_keys": [KEY]}
    return asyncssh.connect(HOST, PORT, username=USER, known_hosts=KNOWN_HOSTS, agent_path=None,
                            config=None, **login, **options)
