namespace Hpc.FtpProtocol.Commands;

/// <summary>What holds for a command before it runs.</summary>
[Flags]
internal enum CommandTraits
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Only after login: 530 otherwise.</summary>
    NeedsLogin = 1,

    /// <summary>Only on a control connection with TLS: 503 otherwise.</summary>
    NeedsTls = 2,

    /// <summary>Changes files: refused while the server drains.</summary>
    Mutates = 4,

    /// <summary>Uses a data connection.</summary>
    UsesData = 8,

    /// <summary>Answered at once while a transfer runs; others wait for its end.</summary>
    DuringTransfer = 16,

    /// <summary>Allowed before TLS where a listener requires TLS.</summary>
    BeforeTls = 32,

    /// <summary>Its argument never stands in a log.</summary>
    Secret = 64,

    /// <summary>Keeps what REST, RANG or RNFR have set; every other command forgets it.</summary>
    KeepsPrelude = 128,
}
