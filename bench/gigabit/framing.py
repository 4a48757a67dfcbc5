"""How much of a TCP stream is file when OpenSSH's sftp moves 32 KiB per request.

Per request of a download: 32,768 bytes of file in one SSH_FXP_DATA (length 4, type 1, id 4, length 4), cut into channel data of
at most 32,768 bytes, each in one packet (RFC 4253 section 6): length 4, padding length 1, message 9, padding, tag 16.
An upload has SSH_FXP_WRITE (length 4, type 1, id 4, handle 4 + n, offset 8, length 4) instead.
"""
BLOCK = 16
TAG = 16
REQUEST = 32768
MAXIMUM_PACKET = 32768
HANDLE = 4


def packet_length(channel_data):
    body = 1 + 9 + channel_data  # the length field is outside of what AEAD ciphers align (RFC 5647)
    padding = BLOCK - body % BLOCK
    if padding < 4:
        padding += BLOCK
    return 4 + body + padding + TAG


def stream_bytes(message):
    """Messages follow each other in the channel, so full packets take 32,768 bytes wherever a message begins."""
    return message * packet_length(MAXIMUM_PACKET) / MAXIMUM_PACKET


def payload_share(direction):
    header = 13 if direction == "download" else 4 + 1 + 4 + 4 + HANDLE + 8 + 4
    return REQUEST / stream_bytes(REQUEST + header)


def tcp_goodput(rate_mbit, mtu=1500, ethernet=14, headers=20 + 20 + 12):
    """Bytes per second of TCP payload behind tbf, which counts Ethernet headers but neither preamble nor gap."""
    return rate_mbit * 1e6 / 8 * (mtu - headers) / (mtu + ethernet)
