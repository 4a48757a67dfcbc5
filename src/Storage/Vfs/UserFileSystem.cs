namespace Hpc.Storage.Vfs;

/// <summary>
/// The files of a user as every protocol sees them: one backend, and the user's permissions decided here and nowhere else.
/// What is not allowed is <see cref="StorageError.AccessDenied"/>.
/// </summary>
public sealed class UserFileSystem(IFileSystem root, PermissionSet allowed) : IFileSystem, IDisposable
{
    /// <inheritdoc/>
    public FileSystemCapabilities Capabilities => root.Capabilities;

    /// <inheritdoc/>
    public async ValueTask<StorageResult<IFileHandle>> OpenFileAsync(VirtualPath path, OpenFlags flags, uint? permissions, CancellationToken ct)
    {
        Permission held = allowed.At(path.Parent);
        OpenPlan plan = OpenPlan.For(flags, held);
        if (plan.IsDenied)
        {
            return StorageError.AccessDenied;
        }

        StorageResult<IFileHandle> opened = await root.OpenFileAsync(path, plan.Flags, permissions, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error == plan.DeniedWhen ? StorageError.AccessDenied : opened.Error;
        }

        return StorageResult<IFileHandle>.FromValue(UserFileHandle.Guard(opened.Value, held));
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult<IDirectoryReader>> OpenDirectoryAsync(VirtualPath path, CancellationToken ct) =>
        allowed.At(path).Allows(FileOperation.ListDirectory)
            ? root.OpenDirectoryAsync(path, ct)
            : Denied<IDirectoryReader>();

    /// <inheritdoc/>
    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(VirtualPath path, CancellationToken ct) =>
        allowed.At(path.Parent).Allows(FileOperation.ReadAttributes)
            ? root.GetAttributesAsync(path, ct)
            : Denied<EntryAttributes>();

    /// <inheritdoc/>
    public ValueTask<StorageResult<EntryAttributes>> GetLinkAttributesAsync(VirtualPath path, CancellationToken ct) =>
        allowed.At(path.Parent).Allows(FileOperation.ReadAttributes)
            ? root.GetLinkAttributesAsync(path, ct)
            : Denied<EntryAttributes>();

    /// <inheritdoc/>
    public ValueTask<StorageResult> SetAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) =>
        allowed.At(path.Parent).Allows(changes)
            ? root.SetAttributesAsync(path, changes, ct)
            : Denied();

    /// <inheritdoc/>
    public ValueTask<StorageResult> SetLinkAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) =>
        allowed.At(path.Parent).Allows(changes)
            ? root.SetLinkAttributesAsync(path, changes, ct)
            : Denied();

    /// <inheritdoc/>
    public ValueTask<StorageResult> CreateDirectoryAsync(VirtualPath path, uint? permissions, CancellationToken ct) =>
        allowed.At(path.Parent).Allows(FileOperation.CreateDirectory)
            ? root.CreateDirectoryAsync(path, permissions, ct)
            : Denied();

    /// <inheritdoc/>
    public ValueTask<StorageResult> DeleteDirectoryAsync(VirtualPath path, CancellationToken ct) =>
        !path.IsRoot && allowed.At(path.Parent).Allows(FileOperation.DeleteDirectory)
            ? root.DeleteDirectoryAsync(path, ct)
            : Denied();

    /// <inheritdoc/>
    public ValueTask<StorageResult> DeleteFileAsync(VirtualPath path, CancellationToken ct) =>
        !path.IsRoot && allowed.At(path.Parent).Allows(FileOperation.DeleteFile)
            ? root.DeleteFileAsync(path, ct)
            : Denied();

    /// <inheritdoc/>
    public async ValueTask<StorageResult> RenameAsync(VirtualPath from, VirtualPath to, RenameMode mode, CancellationToken ct)
    {
        Permission held = allowed.At(from.Parent) & allowed.At(to.Parent);
        bool files = held.Allows(FileOperation.RenameFile);
        bool directories = held.Allows(FileOperation.RenameDirectory);
        if (from.IsRoot || to.IsRoot || (!files && !directories))
        {
            return StorageError.AccessDenied;
        }

        if (!files || !directories)
        {
            StorageResult<EntryAttributes> source = await root.GetLinkAttributesAsync(from, ct).ConfigureAwait(false);
            if (!source.IsSuccess)
            {
                return source.Error;
            }

            if (directories != (source.Value.Type == EntryType.Directory))
            {
                return StorageError.AccessDenied;
            }
        }

        // Who may not overwrite renames without replacing, so that no file can appear between a check and the rename.
        bool mayReplace = allowed.At(to.Parent).Allows(FileOperation.ReplaceByRename);
        RenameMode effective = mayReplace ? mode : RenameMode.NoReplace;
        StorageResult renamed = await root.RenameAsync(from, to, effective, ct).ConfigureAwait(false);
        return effective != mode && renamed.Error == StorageError.AlreadyExists ? StorageError.AccessDenied : renamed;
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult> CreateSymbolicLinkAsync(VirtualPath link, string target, CancellationToken ct) =>
        allowed.At(link.Parent).Allows(FileOperation.CreateSymbolicLink) && !link.IsRoot && !LeadsToRoot(link, target)
            ? root.CreateSymbolicLinkAsync(link, target, ct)
            : Denied();

    /// <inheritdoc/>
    public ValueTask<StorageResult<string>> ReadSymbolicLinkAsync(VirtualPath link, CancellationToken ct) =>
        allowed.At(link.Parent).Allows(FileOperation.ReadLink)
            ? root.ReadSymbolicLinkAsync(link, ct)
            : Denied<string>();

    /// <summary>Creates a further name for a regular file: the content appears at another place, so it must be readable where it is.</summary>
    public ValueTask<StorageResult> CreateHardLinkAsync(VirtualPath existing, VirtualPath link, CancellationToken ct) =>
        allowed.At(existing.Parent).Allows(FileOperation.ReadFile) && allowed.At(link.Parent).Allows(FileOperation.CreateHardLink)
            ? root.CreateHardLinkAsync(existing, link, ct)
            : Denied();

    /// <inheritdoc/>
    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(VirtualPath path, CancellationToken ct) =>
        allowed.At(path.Parent).Allows(FileOperation.ReadSpace)
            ? root.GetSpaceAsync(path, ct)
            : Denied<SpaceInfo>();

    /// <summary>
    /// The path with its links resolved. Who may not list gets the path as it is written: it tells nothing about what exists,
    /// and clients ask it of <c>.</c> before anything else.
    /// </summary>
    public ValueTask<StorageResult<VirtualPath>> ResolveAsync(VirtualPath path, CancellationToken ct) =>
        allowed.At(path.Parent).Allows(FileOperation.Resolve)
            ? root.ResolveAsync(path, ct)
            : ValueTask.FromResult<StorageResult<VirtualPath>>(path);

    /// <summary>Lets go of the backend, if it holds anything.</summary>
    public void Dispose() => (root as IDisposable)?.Dispose();

    private static bool LeadsToRoot(VirtualPath link, string target) =>
        target.Length > 0 && VirtualPath.TryParse(target, link.Parent, out VirtualPath path) && path.IsRoot;

    private static ValueTask<StorageResult> Denied() => ValueTask.FromResult<StorageResult>(StorageError.AccessDenied);

    private static ValueTask<StorageResult<T>> Denied<T>() => ValueTask.FromResult<StorageResult<T>>(StorageError.AccessDenied);
}
