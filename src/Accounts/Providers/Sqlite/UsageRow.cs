using Hpc.Accounts.Usage;

namespace Hpc.Accounts.Sqlite;

/// <summary>A row of the table <c>usage_scopes</c> with the sums of its reservations.</summary>
internal sealed class UsageRow
{
    /// <summary>All rows; add WHERE, GROUP BY and ORDER.</summary>
    public const string Select =
        """
        SELECT s.scope AS Scope, s.files AS Files, s.bytes AS Bytes, s.uploaded AS Uploaded, s.downloaded AS Downloaded,
               s.scanned_at AS ScannedAt, s.transfer_since AS TransferSince,
               coalesce(sum(r.files), 0) AS ReservedFiles, coalesce(sum(r.bytes), 0) AS ReservedBytes,
               coalesce(sum(r.uploaded), 0) AS ReservedUploaded, coalesce(sum(r.downloaded), 0) AS ReservedDownloaded
        FROM usage_scopes s LEFT JOIN usage_reservations r ON r.scope = s.scope
        """;

    public string Scope { get; set; } = "";

    public long Files { get; set; }

    public long Bytes { get; set; }

    public long Uploaded { get; set; }

    public long Downloaded { get; set; }

    public long? ScannedAt { get; set; }

    public DateTimeOffset? ScanTime => ScannedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    public long TransferSince { get; set; }

    public long ReservedFiles { get; set; }

    public long ReservedBytes { get; set; }

    public long ReservedUploaded { get; set; }

    public long ReservedDownloaded { get; set; }

    public UsageAmount Used => new(Files, Bytes, Uploaded, Downloaded);

    public UsageAmount Reserved => new(ReservedFiles, ReservedBytes, ReservedUploaded, ReservedDownloaded);

    public UsageRecord ToRecord() => new()
    {
        Scope = Scope,
        Used = Used,
        Reserved = Reserved,
        ScannedAt = ScanTime,
        TransferSince = DateTimeOffset.FromUnixTimeMilliseconds(TransferSince),
    };
}
