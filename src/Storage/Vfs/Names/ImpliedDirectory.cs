namespace Hpc.Storage.Vfs.Names;

/// <summary>A directory that exists because a mount lies below it, or because a mount begins there whose backend does not answer.</summary>
internal static class ImpliedDirectory
{
    /// <summary>What is told of it: <c>rwxr-xr-x</c>, and no more.</summary>
    public static EntryAttributes Attributes { get; } = new() { Type = EntryType.Directory, Mode = 0x4000 | 0x1ED, LinkCount = 1 };

    /// <summary>Whether an error means that the backend has no such directory, or a link in its place or on the way to it.</summary>
    public static bool IsMissing(StorageError error) => error is StorageError.NotFound or StorageError.NotDirectory or StorageError.LinkLoop;

    /// <summary>What the backend has where that is a directory; a file or link in its place is covered.</summary>
    public static StorageResult<EntryAttributes> Or(StorageResult<EntryAttributes> answer)
    {
        bool isCovered = answer.IsSuccess ? answer.Value.Type != EntryType.Directory : IsMissing(answer.Error);
        return isCovered ? Attributes : answer;
    }
}
