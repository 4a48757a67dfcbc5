using Hpc.Storage;
using Hpc.Storage.Vfs;

namespace Hpc.Actors.Limits;

/// <summary>The files that count in a scope.</summary>
public sealed record ScopeTree
{
    /// <summary>The tree, from its root.</summary>
    public required IFileSystem Files { get; init; }

    /// <summary>Which of the files are open for writing; null if nobody writes through this server.</summary>
    public MountState? State { get; init; }

    /// <summary>Directories in it that are not counted: where other mounts cover them.</summary>
    public IReadOnlyList<VirtualPath> Excluded { get; init; } = [];

    /// <summary>Further trees that count in the scope: those of virtual folders in a user's quota.</summary>
    public IReadOnlyList<ScopeTree> Others { get; init; } = [];
}
