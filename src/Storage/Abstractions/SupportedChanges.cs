namespace Hpc.Storage;

/// <summary>Those of several attributes that a backend can change.</summary>
/// <param name="Changes">What is left to change.</param>
/// <param name="IsComplete">True if nothing was left out.</param>
internal readonly record struct SupportedChanges(AttributeChanges Changes, bool IsComplete)
{
    public static SupportedChanges Of(AttributeChanges changes, FileSystemCapabilities capabilities)
    {
        AttributeChanges some = changes;
        if (!capabilities.HasFlag(FileSystemCapabilities.RangeWrites))
        {
            some = some with { Size = null };
        }

        if (!capabilities.HasFlag(FileSystemCapabilities.Modes))
        {
            some = some with { Permissions = null };
        }

        if (!capabilities.HasFlag(FileSystemCapabilities.Owners))
        {
            some = some with { UserId = null, GroupId = null };
        }

        if (!capabilities.HasFlag(FileSystemCapabilities.Times))
        {
            some = some with { AccessTime = null, ModificationTime = null };
        }

        return new(some, some == changes);
    }

    /// <summary>Changes what can be changed; the answer is never success.</summary>
    public async ValueTask<StorageResult> ApplyAsync(Func<AttributeChanges, ValueTask<StorageResult>> apply)
    {
        if (Changes == default)
        {
            return StorageError.NotSupported;
        }

        StorageResult applied = await apply(Changes).ConfigureAwait(false);
        return applied.IsSuccess ? StorageError.NotSupported : applied;
    }
}
