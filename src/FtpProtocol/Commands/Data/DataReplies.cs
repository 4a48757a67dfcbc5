using System.Globalization;
using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Data;

/// <summary>Refusals that several commands give.</summary>
internal static class DataReplies
{
    public static FtpReply NoPort { get; } = new(425, "No port is free for a data connection.");

    public static FtpReply OnlyExtended { get; } = new(503, "EPSV ALL was sent: only EPSV is allowed.");

    public static FtpReply NotActive { get; } = new(502, "The server opens no data connections; use EPSV or PASV.");

    /// <summary>RFC 2577 §3 names the code.</summary>
    public static FtpReply TargetRefused { get; } = new(504, "Data connections go to the client's own address and to ports from 1024 on.");

    /// <summary>RFC 2428 §2: what may be used stands in parentheses.</summary>
    public static FtpReply OtherFamily(int usable) =>
        new(522, string.Create(CultureInfo.InvariantCulture, $"Network protocol not supported, use ({usable})"));
}
