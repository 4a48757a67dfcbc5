namespace Hpc.Storage.Vfs;

/// <summary>A part of a user's tree that lies on a backend of its own: the root, or a virtual folder.</summary>
public sealed record Mount
{
    /// <summary>Where it begins in the user's tree; <c>/</c> for the root.</summary>
    public required VirtualPath Path { get; init; }

    /// <summary>The backend; its root is <see cref="Path"/>.</summary>
    public required IFileSystem Files { get; init; }

    /// <summary>What all sessions of the server that use these files share.</summary>
    public required MountState State { get; init; }

    /// <summary>True refuses every change through this mount.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Where its files are counted, and how much there may be: none, one, or for a folder in the user's quota the folder's and the user's.</summary>
    public IReadOnlyList<QuotaShare> Quotas { get; init; } = [];
}
