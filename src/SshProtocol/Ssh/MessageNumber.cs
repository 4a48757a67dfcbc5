namespace Hpc.SshProtocol.Ssh;

/// <summary>Message numbers (RFC 4250 §4.1; 30–34 by key exchange method; 192/193 OpenSSH PROTOCOL §1.8).</summary>
internal enum MessageNumber : byte
{
    Disconnect = 1,
    Ignore = 2,
    Unimplemented = 3,
    Debug = 4,
    ServiceRequest = 5,
    ServiceAccept = 6,
    ExtInfo = 7,

    KexInit = 20,
    NewKeys = 21,

    /// <summary>KEXDH_INIT and KEX_ECDH_INIT.</summary>
    KexInitShare = 30,

    /// <summary>KEXDH_REPLY, KEX_ECDH_REPLY and KEX_DH_GEX_GROUP.</summary>
    KexReplyOrGroup = 31,
    KexGexInit = 32,
    KexGexReply = 33,
    KexGexRequest = 34,

    UserauthRequest = 50,
    UserauthFailure = 51,
    UserauthSuccess = 52,
    UserauthBanner = 53,

    /// <summary>USERAUTH_PK_OK and USERAUTH_INFO_REQUEST.</summary>
    UserauthMethod60 = 60,
    UserauthInfoResponse = 61,

    GlobalRequest = 80,
    RequestSuccess = 81,
    RequestFailure = 82,

    ChannelOpen = 90,
    ChannelOpenConfirmation = 91,
    ChannelOpenFailure = 92,
    ChannelWindowAdjust = 93,
    ChannelData = 94,
    ChannelExtendedData = 95,
    ChannelEof = 96,
    ChannelClose = 97,
    ChannelRequest = 98,
    ChannelSuccess = 99,
    ChannelFailure = 100,

    Ping = 192,
    Pong = 193,
}
