using System.Text.Json.Serialization;

namespace Hpc.HttpApi.Models;

/// <summary>An entry of a directory.</summary>
public sealed record DirEntry
{
    /// <summary>Its name.</summary>
    [JsonPropertyName("name")]
    public string Name { get; init; } = "";

    /// <summary>Bytes; regular files alone have it.</summary>
    [JsonPropertyName("size")]
    public long? Size { get; init; }

    /// <summary>Permission bits, with 0x80000000 for directories and 0x08000000 for symbolic links.</summary>
    [JsonPropertyName("mode")]
    public uint Mode { get; init; }

    /// <summary>When its content was changed last.</summary>
    [JsonPropertyName("last_modified")]
    public DateTimeOffset LastModified { get; init; }
}

/// <summary>What can be set of a file.</summary>
public sealed record FileMetadata
{
    /// <summary>When its content was changed last, Unix milliseconds; 0 leaves it.</summary>
    [JsonPropertyName("modification_time")]
    public long ModificationTime { get; set; }
}

/// <summary>Files of a form.</summary>
public sealed record UploadForm
{
    /// <summary>The files; every part of the form that has a file name is one, whatever the part's own name.</summary>
    [JsonPropertyName("filenames")]
    public IReadOnlyList<string> Filenames { get; init; } = [];
}
