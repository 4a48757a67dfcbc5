namespace Hpc.FtpProtocol.Control;

/// <summary>What a command wants done behind its reply.</summary>
internal enum ReplyAftermath
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The TLS handshake (AUTH).</summary>
    StartTls,

    /// <summary>The way back to the clear (CCC).</summary>
    StopTls,
}
