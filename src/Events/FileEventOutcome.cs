using Hpc.Storage;

namespace Hpc.Events;

/// <summary>How events ended, in the few words that metrics use.</summary>
internal static class FileEventOutcome
{
    /// <summary>All words; <see cref="IndexOf"/> is a place in it.</summary>
    public static IReadOnlyList<string> Names { get; } = ["ok", "not_found", "denied", "exists", "quota", "unsupported", "cancelled", "failure"];

    public static int IndexOf(StorageError error) => error switch
    {
        StorageError.None => 0,
        StorageError.NotFound => 1,
        StorageError.AccessDenied or StorageError.ReadOnly => 2,
        StorageError.AlreadyExists or StorageError.DirectoryNotEmpty => 3,
        StorageError.QuotaExceeded or StorageError.TooLarge => 4,
        StorageError.NotSupported or StorageError.CrossDevice => 5,
        StorageError.Cancelled => 6,
        _ => 7,
    };
}
