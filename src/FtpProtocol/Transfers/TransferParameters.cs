namespace Hpc.FtpProtocol.Transfers;

/// <summary>What TYPE, MODE, REST and RANG have set (RFC 959 §3, RFC 3659 §5, draft-bryan-ftp-range).</summary>
internal sealed class TransferParameters
{
    /// <summary>Level of what is sent in MODE Z until somebody asks for another.</summary>
    public const int DefaultDeflateLevel = 6;

    /// <summary>TYPE A: line ends are CRLF on the data connection and LF in storage.</summary>
    public bool IsAscii { get; set; }

    /// <summary>MODE Z: the data connection carries zlib data (RFC 1950).</summary>
    public bool IsDeflated { get; set; }

    /// <summary>Level 1–9 of what is sent in MODE Z (OPTS MODE Z LEVEL).</summary>
    public int DeflateLevel { get; set; } = DefaultDeflateLevel;

    /// <summary>Where the next RETR or STOR begins (REST); 0 for the start.</summary>
    public long RestartOffset { get; set; }

    /// <summary>First and last byte of the next RETR, STOR or HASH (RANG); null for all.</summary>
    public (long First, long Last)? Range { get; set; }

    /// <summary>Forgets what holds for the next command alone.</summary>
    public void ForgetPrelude()
    {
        RestartOffset = 0;
        Range = null;
    }

    /// <summary>As after login (REIN).</summary>
    public void Reset()
    {
        ForgetPrelude();
        (IsAscii, IsDeflated, DeflateLevel) = (false, false, DefaultDeflateLevel);
    }
}
