using System.Runtime.CompilerServices;

namespace Hpc.Storage.Vfs.Uploads;

// Copies on the server. They are made as a temporary in every upload mode, so that half a copy never has the name.
internal sealed partial class MountFiles
{
    /// <summary>Copies a file on the server, within the mount or to another, counted as an upload is; the value is its size.</summary>
    public static async ValueTask<StorageResult<long>> CopyToAsync(
        IFileSystem backend, VirtualPath from, MountFiles target, IFileSystem targetBackend, VirtualPath to, RenameMode mode, CancellationToken ct)
    {
        StorageResult<IFileHandle> opened = await backend.OpenFileAsync(from, OpenFlags.Read, null, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        await using ConfiguredAsyncDisposable closing = opened.Value.ConfigureAwait(false);
        return await target.CopyFromAsync(opened.Value, targetBackend, to, mode, keepsTimes: false, ct).ConfigureAwait(false);
    }

    private async ValueTask<StorageResult<long>> CopyFromAsync(
        IFileHandle source, IFileSystem backend, VirtualPath to, RenameMode mode, bool keepsTimes, CancellationToken ct)
    {
        StorageResult<EntryAttributes> attributes = await source.GetAttributesAsync(ct).ConfigureAwait(false);
        if (!attributes.IsSuccess)
        {
            return attributes.Error;
        }

        OpenFlags flags = OpenFlags.Write | OpenFlags.Create | (mode == RenameMode.Replace ? OpenFlags.Truncate : OpenFlags.Exclusive);
        var request = new OpenRequest(backend, to, to, flags, attributes.Value.Mode & PermissionBits, Permission.All, IsSilent: true);
        StorageResult<UserFile> opened = await OpenAsync(request, CanReplace ? UploadMode.Atomic : UploadMode.Standard, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        UserFile file = opened.Value;
        await using ConfiguredAsyncDisposable closing = file.ConfigureAwait(false);
        StorageResult<long> copied = await FillAsync(file, source, attributes.Value, keepsTimes, ct).ConfigureAwait(false);
        if (copied.IsSuccess)
        {
            return copied;
        }

        await file.DisposeAsync().ConfigureAwait(false);
        if (!CanReplace)
        {
            // Without a temporary the half of the copy has the name.
            await DeleteAsync(backend, to, CancellationToken.None).ConfigureAwait(false);
        }

        return copied;
    }

    private static async ValueTask<StorageResult<long>> FillAsync(
        UserFile file, IFileHandle source, EntryAttributes attributes, bool keepsTimes, CancellationToken ct)
    {
        StorageResult<long> copied = await file.FillFromAsync(source, attributes.Size, ct).ConfigureAwait(false);
        if (!copied.IsSuccess)
        {
            return copied;
        }

        if (keepsTimes)
        {
            // Where the backend has no times of its own, the copy has that of its making.
            var times = new AttributeChanges { AccessTime = attributes.AccessTime, ModificationTime = attributes.ModificationTime };
            await file.ChangeAsync(times, ct).ConfigureAwait(false);
        }

        StorageResult closed = await file.CloseAsync().ConfigureAwait(false);
        return closed.IsSuccess ? copied : closed.Error;
    }
}
