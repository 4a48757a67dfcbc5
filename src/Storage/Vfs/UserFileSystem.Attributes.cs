using Hpc.Storage.Vfs.Names;

namespace Hpc.Storage.Vfs;

public sealed partial class UserFileSystem
{
    /// <inheritdoc/>
    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(VirtualPath path, CancellationToken ct) =>
        GetAttributesAsync(path, follow: true, ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult<EntryAttributes>> GetLinkAttributesAsync(VirtualPath path, CancellationToken ct) =>
        GetAttributesAsync(path, follow: false, ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> SetAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) =>
        SetAttributesAsync(path, changes, follow: true, ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> SetLinkAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) =>
        SetAttributesAsync(path, changes, follow: false, ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(VirtualPath path, CancellationToken ct) =>
        RunAsync<SpaceOperation, StorageResult<SpaceInfo>, StorageResult<SpaceInfo>>(default, path, null, Start(), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult<EntryAttributes>> LookAsync(VirtualPath path, CancellationToken ct) =>
        RunAsync<StatOperation, StorageResult<EntryAttributes>, StorageResult<EntryAttributes>>(new StatOperation(follow: true, isSilent: true), path, null, 0, ct);

    private ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(VirtualPath path, bool follow, CancellationToken ct) =>
        RunAsync<StatOperation, StorageResult<EntryAttributes>, StorageResult<EntryAttributes>>(new StatOperation(follow), path, null, Start(), ct);

    private ValueTask<StorageResult> SetAttributesAsync(VirtualPath path, AttributeChanges changes, bool follow, CancellationToken ct) =>
        RunAsync<SetAttributesOperation, StorageResult, StorageResult>(
            new SetAttributesOperation(changes, follow, _user.Options.SetStatMode), path, null, Start(), ct);
}
