namespace Hpc.SshProtocol.Ssh;

/// <summary>Which side of the protocol we are.</summary>
[Flags]
internal enum SshRole
{
    Client = 1,
    Server = 2,
}

/// <summary>How far a connection has come.</summary>
[Flags]
internal enum SshPhase
{
    /// <summary>From the identification strings to the first NEWKEYS.</summary>
    InitialKeyExchange = 1,

    /// <summary>Keys are up, no service has been asked for.</summary>
    Service = 2,

    /// <summary>ssh-userauth runs.</summary>
    Authentication = 4,

    /// <summary>Logged in; ssh-connection runs.</summary>
    Connected = 8,
}

/// <summary>Where a key exchange stands.</summary>
internal enum KeyExchangeState
{
    /// <summary>None runs.</summary>
    Done,

    /// <summary>Our KEXINIT is out, the peer's is awaited; the peer may still send anything.</summary>
    InitSent,

    /// <summary>Both KEXINITs are known; the method's messages run.</summary>
    Running,

    /// <summary>Our NEWKEYS is out, the peer's is awaited.</summary>
    NewKeysSent,
}
