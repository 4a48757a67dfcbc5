using Hpc.Storage.Vfs.Names;
using Hpc.Storage.Vfs.Policy;

namespace Hpc.Storage.Vfs;

public sealed partial class UserFileSystem
{
    /// <inheritdoc/>
    public ValueTask<StorageResult> CreateSymbolicLinkAsync(VirtualPath link, string target, CancellationToken ct) =>
        RunAsync<CreateSymbolicLinkOperation, StorageResult, StorageResult>(new CreateSymbolicLinkOperation(_policy, target), link, null, Start(), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult<string>> ReadSymbolicLinkAsync(VirtualPath link, CancellationToken ct) =>
        RunAsync<ReadLinkOperation, StorageResult<string>, StorageResult<string>>(new ReadLinkOperation(_policy), link, null, Start(), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult<string>> LookAtLinkAsync(VirtualPath link, CancellationToken ct) =>
        RunAsync<ReadLinkOperation, StorageResult<string>, StorageResult<string>>(new ReadLinkOperation(_policy, isSilent: true), link, null, 0, ct);

    /// <summary>Creates a further name for a regular file: the content appears at another place, so it must be readable where it is.</summary>
    public ValueTask<StorageResult> CreateHardLinkAsync(VirtualPath existing, VirtualPath link, CancellationToken ct) =>
        RunAsync<CreateHardLinkOperation, StorageResult, StorageResult>(new CreateHardLinkOperation(_policy), existing, link, Start(), ct);

    /// <summary>
    /// The path with its links resolved. Where that may not be told, because nothing may be listed or a link leads to what is hidden or in another mount, it is the path as written:
    /// that tells nothing about what exists, and clients ask it of <c>.</c> before anything else.
    /// </summary>
    public ValueTask<StorageResult<VirtualPath>> ResolveAsync(VirtualPath path, CancellationToken ct) => ResolveAsync(path, isTold: true, ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult<VirtualPath>> LookWhereAsync(VirtualPath path, CancellationToken ct) => ResolveAsync(path, isTold: false, ct);

    private async ValueTask<StorageResult<VirtualPath>> ResolveAsync(VirtualPath path, bool isTold, CancellationToken ct)
    {
        if (!TryEnter())
        {
            return StorageError.Cancelled;
        }

        try
        {
            return await ResolveHeldAsync(path, isTold, ct).ConfigureAwait(false);
        }
        finally
        {
            Leave();
        }
    }

    private async ValueTask<StorageResult<VirtualPath>> ResolveHeldAsync(VirtualPath path, bool isTold, CancellationToken ct)
    {
        long startedAt = Start();
        Location entry = Locate(path);
        StorageResult<VirtualPath> result = path;
        if (MayTell(entry.Place) && !entry.LeadsToMounts)
        {
            result = await entry.Mounted.Mount.Files.ResolveAsync(entry.Inner, ct).ConfigureAwait(false);
            if (result.IsSuccess)
            {
                VirtualPath outer = PathPolicy.Outer(entry.Mounted.Mount, result.Value);
                Place place = _policy.Find(outer);
                result = place.Mount == entry.Place.Mount && MayTell(place) ? outer : path;
            }
        }

        if (isTold && _events.AreTold)
        {
            _events.Tell(_events.Make(FileEventKind.Stat, path, null, startedAt, result.Error));
        }

        return result;
    }

    private static bool MayTell(in Place place) => place.Verdict != NameVerdict.Hidden && place.Allows(FileOperation.Resolve);
}
