namespace Hpc.Storage.Vfs;

/// <summary>
/// A path of a mount where the directory of another mount lies (R3.18). It and what leads to it within its mount are not renamed, removed or replaced,
/// whatever the permissions, because the other mount would lose its files.
/// </summary>
/// <param name="Path">The path in the user's tree; no further mount covers it.</param>
/// <param name="IsReadOnly">Whether the other mount takes no change; then none is made here either.</param>
public readonly record struct FixedPath(VirtualPath Path, bool IsReadOnly);
