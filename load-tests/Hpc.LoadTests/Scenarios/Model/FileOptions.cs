namespace Hpc.LoadTests.Scenarios.Model;

/// <summary>Which files there are.</summary>
internal sealed record FileOptions
{
    public SizeDistribution Size { get; init; } = new FixedSize(64 * 1024);

    /// <summary>Size of the files of small-file and rename.</summary>
    public SizeDistribution SmallSize { get; init; } = new FixedSize(1024);

    /// <summary>Files that are there for downloads, per user.</summary>
    public int Prepared { get; init; } = 4;

    /// <summary>Entries of the folder that is listed.</summary>
    public int Listed { get; init; } = 100;

    /// <summary>Files of a session that stay on the server before an upload replaces the oldest.</summary>
    public int KeptPerSession { get; init; } = 1;

    public UploadCheck Check { get; init; } = UploadCheck.Size;
}

/// <summary>How an upload is checked on the server.</summary>
internal enum UploadCheck
{
    None,

    /// <summary>By STAT.</summary>
    Size,

    /// <summary>By reading it back; the time of that is not part of the upload's.</summary>
    Content,
}

/// <summary>How a file's bytes go over.</summary>
internal sealed record TransferOptions
{
    /// <summary>Bytes that one READ asks for.</summary>
    public int ReadChunk { get; init; } = 32 * 1024;

    /// <summary>Bytes that one WRITE carries.</summary>
    public int WriteChunk { get; init; } = 32 * 1024;

    /// <summary>Requests on their way at the same time.</summary>
    public int Depth { get; init; } = 64;

    /// <summary>Bytes per second that a session takes of a download; 0 for no limit.</summary>
    public double ReadRate { get; init; }

    /// <summary>Bytes per second that a session sends of an upload; 0 for no limit.</summary>
    public double WriteRate { get; init; }
}

/// <summary>What this program allows itself and its sessions.</summary>
internal sealed record ClientLimits
{
    public int LoginsInFlight { get; init; } = 32;

    /// <summary>Tries in a row after which a session gives up.</summary>
    public int LoginAttempts { get; init; } = 3;

    public TimeSpan LoginTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long what is under way at the end of a stage may take to come to its end; what is cut off then counts as timed out.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Quiet time after which the server is asked for a sign of life; 0 for never.</summary>
    public TimeSpan KeepaliveInterval { get; init; }

    /// <summary>Packet buffers of all sessions together.</summary>
    public long Buffers { get; init; } = 4L << 30;

    public int Window { get; init; } = 2 * 1024 * 1024;
}
