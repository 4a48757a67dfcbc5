using System.Text.Json.Serialization;
using Hpc.Accounts;
using Hpc.Accounts.Usage;

namespace Hpc.Server.Cli;

/// <summary>A virtual folder in a user's tree.</summary>
internal sealed record MountView
{
    public required string Name { get; init; }

    public required string VirtualPath { get; init; }

    /// <summary>Null if the folder is gone.</summary>
    public required string? MappedPath { get; init; }

    /// <summary>-1 counts in the user's quota.</summary>
    public required long QuotaSize { get; init; }

    /// <summary>-1 counts in the user's quota.</summary>
    public required long QuotaFiles { get; init; }

    public required bool ReadOnly { get; init; }

    /// <summary>What is in the folder, whoever put it there; null where nothing was counted yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? UsedQuotaSize { get; init; }

    /// <summary>What is in the folder, whoever put it there; null where nothing was counted yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? UsedQuotaFiles { get; init; }

    public static MountView Of(FolderMount mount) => new()
    {
        Name = mount.FolderName,
        VirtualPath = mount.VirtualPath,
        MappedPath = mount.MappedPath,
        QuotaSize = mount.QuotaBytes,
        QuotaFiles = mount.QuotaFiles,
        ReadOnly = mount.IsReadOnly,
    };

    public MountView With(UsageRecord? record) => this with { UsedQuotaSize = record?.CountedBytes, UsedQuotaFiles = record?.CountedFiles };
}
