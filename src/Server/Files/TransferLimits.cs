using Hpc.Accounts;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Sessions;

namespace Hpc.Server.Files;

/// <summary>Most bytes that may be moved until the counters are reset; 0 is no limit. A limit of both ways together stands in for those of each.</summary>
internal readonly record struct TransferLimits(long MaxUploaded, long MaxDownloaded, long MaxTransferred)
{
    private const long Mebibyte = 1024 * 1024;

    public bool IsLimited => MaxUploaded > 0 || MaxDownloaded > 0 || MaxTransferred > 0;

    public static TransferLimits Of(UserAccount user) => Of(user.UploadTransferBytes, user.DownloadTransferBytes, user.TotalTransferBytes);

    /// <summary>The limits of clients from some networks, in their order.</summary>
    public static (NetworkList Sources, TransferLimits Limits)[] BySource(UserAccount user) =>
        [.. user.TransferLimits.Select(static limit => (new NetworkList(limit.Sources), Of(limit)))];

    private static TransferLimits Of(DataTransferLimit limit) =>
        Of(InBytes(limit.UploadDataTransfer), InBytes(limit.DownloadDataTransfer), InBytes(limit.TotalDataTransfer));

    private static TransferLimits Of(long uploaded, long downloaded, long transferred) =>
        transferred > 0 ? new(0, 0, transferred) : new(uploaded, downloaded, 0);

    private static long InBytes(long mebibytes) => mebibytes > long.MaxValue / Mebibyte ? long.MaxValue : Math.Max(0, mebibytes) * Mebibyte;
}
