using Hpc.Accounts.Objects;

namespace Hpc.Accounts;

/// <summary>A directory that users mount into their trees, alone or shared. Immutable; a change makes a new one.</summary>
public sealed record VirtualFolder
{
    /// <summary>Unique name, 1-255 UTF-8 bytes, by the rules of user names.</summary>
    public required string Name { get; init; }

    /// <summary>Absolute path of the directory on this machine.</summary>
    public required string MappedPath { get; init; }

    /// <summary>For the operator.</summary>
    public string Description { get; init; } = "";

    /// <summary>Where it is; provider 0 is the local disk.</summary>
    public FilesystemConfig Filesystem { get; init; } = new();

    /// <summary>Raised by one with every stored change; 0 for a folder that was never stored.</summary>
    public long Version { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
