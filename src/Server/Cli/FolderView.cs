using System.Text.Json.Serialization;
using Hpc.Accounts;
using Hpc.Accounts.Usage;

namespace Hpc.Server.Cli;

/// <summary>A virtual folder as the command line shows it.</summary>
internal sealed record FolderView
{
    public required string Name { get; init; }

    public required string MappedPath { get; init; }

    public required string Description { get; init; }

    /// <summary>Left out of lists, which do not tell it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required long? Version { get; init; }

    /// <summary>Who mounts it; left out of lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Users { get; init; }

    /// <summary>Null where nothing was counted yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? UsedQuotaSize { get; init; }

    /// <summary>Null where nothing was counted yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? UsedQuotaFiles { get; init; }

    public static FolderView Of(VirtualFolder folder, IReadOnlyList<string>? users = null, UsageRecord? usage = null) => new()
    {
        Name = folder.Name,
        MappedPath = folder.MappedPath,
        Description = folder.Description,
        Version = folder.Version,
        Users = users,
        UsedQuotaSize = usage?.CountedBytes,
        UsedQuotaFiles = usage?.CountedFiles,
    };
}

/// <summary>JSON of the folder commands.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(FolderView))]
[JsonSerializable(typeof(IReadOnlyList<FolderView>))]
internal sealed partial class FolderJson : JsonSerializerContext;
