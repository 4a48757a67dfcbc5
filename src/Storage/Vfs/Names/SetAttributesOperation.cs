namespace Hpc.Storage.Vfs.Names;

/// <summary>Changes attributes by path: of a file by what is allowed in its directory, of a directory by what is allowed in itself (R4.3).</summary>
internal readonly struct SetAttributesOperation(AttributeChanges changes, bool follow, SetStatMode mode) : INameOperation<StorageResult, StorageResult>
{
    public OperationTraits Traits => new(Kind, FollowsLink: follow);

    private FileEventKind Kind =>
        changes.Size is not null ? FileEventKind.Truncate
        : changes.Permissions is not null ? FileEventKind.ChangeMode
        : changes.UserId is not null || changes.GroupId is not null ? FileEventKind.ChangeOwner
        : FileEventKind.ChangeTimes;

    private AttributeChanges SizeAlone => new() { Size = changes.Size };

    public StorageError Judge(in Location entry, in Location other) => entry.MayChange(AllowsAsFile(entry) || AllowsAsDirectory(entry));

    public ValueTask<StorageResult> RunAsync(in Location entry, in Location other, CancellationToken ct) =>
        AllowsAsFile(entry) == AllowsAsDirectory(entry) ? ApplyAsync(entry, ct) : AskAndApplyAsync(entry, ct);

    public StorageResult Conclude(StorageResult answer, in Location entry, in Location other) => answer;

    public FileEvent Describe(in FileEvent told, in StorageResult answer) => told with { Changes = changes, Size = changes.Size ?? -1 };

    private bool AllowsAsFile(in Location entry) => entry.Place.Allows(changes, isDirectory: false);

    private bool AllowsAsDirectory(in Location entry) => entry.Place.Allows(changes, isDirectory: true);

    private async ValueTask<StorageResult> AskAndApplyAsync(Location entry, CancellationToken ct)
    {
        StorageResult<EntryAttributes> current =
            await entry.Files.GetAttributesAsync(entry.Backend, entry.Inner, follow, ct).ConfigureAwait(false);
        if (!current.IsSuccess)
        {
            return current.Error;
        }

        bool isAllowed = current.Value.Type == EntryType.Directory ? AllowsAsDirectory(entry) : AllowsAsFile(entry);
        return isAllowed ? await ApplyAsync(entry, ct).ConfigureAwait(false) : StorageError.AccessDenied;
    }

    private ValueTask<StorageResult> ApplyAsync(in Location entry, CancellationToken ct) => mode switch
    {
        SetStatMode.Ignore when changes.Size is null => ValueTask.FromResult(StorageResult.Success),
        SetStatMode.Ignore => SetAsync(entry, SizeAlone, ct),
        SetStatMode.IgnoreUnsupported => SetSupportedAsync(entry, ct),
        _ => SetAsync(entry, changes, ct),
    };

    private async ValueTask<StorageResult> SetSupportedAsync(Location entry, CancellationToken ct)
    {
        StorageResult all = await SetAsync(entry, changes, ct).ConfigureAwait(false);
        if (all.Error != StorageError.NotSupported)
        {
            return all;
        }

        // What could not be set may be the rest, and a size is never left out.
        return changes.Size is null ? StorageResult.Success : await SetAsync(entry, SizeAlone, ct).ConfigureAwait(false);
    }

    private ValueTask<StorageResult> SetAsync(in Location entry, AttributeChanges what, CancellationToken ct) =>
        entry.Files.SetAttributesAsync(entry.Backend, entry.Inner, what, follow, ct);
}
