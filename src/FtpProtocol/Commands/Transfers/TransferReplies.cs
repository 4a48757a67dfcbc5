using System.Globalization;
using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Transfers;

namespace Hpc.FtpProtocol.Commands.Transfers;

/// <summary>Replies of several transfer commands.</summary>
internal static class TransferReplies
{
    public static FtpReply NoRestartInAscii { get; } = new(501, "A transfer begins in the middle in TYPE I alone.");

    /// <summary>RFC 3659 §5.3.</summary>
    public static FtpReply BehindTheEnd { get; } = new(554, "The file ends before the place to begin at.");

    public static FtpReply NotImplementedParameter { get; } = new(504, "Not implemented for that parameter.");

    /// <summary>Text of 150 for a download. Clients read the size from it; it is told where the data connection carries as many bytes.</summary>
    public static string Opening(TransferParameters parameters, long length) =>
        parameters is { IsAscii: false, IsDeflated: false }
            ? string.Create(CultureInfo.InvariantCulture, $"Opening BINARY mode data connection ({length} bytes).")
            : Opening(parameters);

    /// <summary>Text of 150 for an upload.</summary>
    public static string Opening(TransferParameters parameters) => parameters.IsAscii ? "Opening ASCII mode data connection." : "Opening BINARY mode data connection.";
}
