using Hpc.Actors.Limits;

namespace Hpc.Server.Admin;

/// <summary>What a scan counted.</summary>
internal sealed record UsageScanView
{
    /// <summary><c>user:NAME</c> or <c>folder:NAME</c>.</summary>
    public required string Scope { get; init; }

    public required long FilesBefore { get; init; }

    public required long BytesBefore { get; init; }

    public required long Files { get; init; }

    public required long Bytes { get; init; }

    /// <summary>Directories that the server may not read; what is in them is missing.</summary>
    public long Unreadable { get; init; }

    /// <summary>False if files changed during every walk, so that the figures may lack some of it.</summary>
    public bool IsExact { get; init; } = true;

    public static UsageScanView Of(UsageScanReport report) => new()
    {
        Scope = report.Scope,
        FilesBefore = report.FilesBefore,
        BytesBefore = report.BytesBefore,
        Files = report.Files,
        Bytes = report.Bytes,
        Unreadable = report.Unreadable,
        IsExact = report.IsExact,
    };
}
