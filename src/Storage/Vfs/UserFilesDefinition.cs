using Hpc.Storage.Vfs.Bandwidth;

namespace Hpc.Storage.Vfs;

/// <summary>Everything that decides what one session of a user sees and may do.</summary>
public sealed record UserFilesDefinition
{
    /// <summary>The parts of the tree; exactly one is at <c>/</c>, and each path occurs once.</summary>
    public required IReadOnlyList<Mount> Mounts { get; init; }

    /// <summary>What is allowed where.</summary>
    public required PermissionSet Permissions { get; init; }

    /// <summary>Which names there may be where.</summary>
    public PatternSet Patterns { get; init; } = PatternSet.Empty;

    /// <summary>The same permissions and patterns with the paths of the mounts, made ready once for many sessions; null makes them ready for this one.</summary>
    public TreeRules? Rules { get; init; }

    /// <summary>Largest file in bytes that an upload may make; 0 is no limit.</summary>
    public long MaxUploadBytes { get; init; }

    /// <summary>Limits of what is moved; null if there is none.</summary>
    public TransferQuota? Transfer { get; init; }

    /// <summary>Limits of speed; null if there is none.</summary>
    public FileBandwidth? Bandwidth { get; init; }

    /// <summary>What all users have in common.</summary>
    public VfsOptions Options { get; init; } = new();

    /// <summary>Who it is, for events.</summary>
    public required FileEventSource Source { get; init; }

    /// <summary>Takes the events; null for nobody.</summary>
    public IFileEventSink? Events { get; init; }

    /// <summary>What the session holds beside its backends; disposed after them.</summary>
    public IDisposable? Lease { get; init; }
}
