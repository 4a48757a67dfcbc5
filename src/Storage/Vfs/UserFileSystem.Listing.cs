using Hpc.Storage.Vfs.Names;
using Hpc.Storage.Vfs.Policy;

namespace Hpc.Storage.Vfs;

public sealed partial class UserFileSystem
{
    /// <inheritdoc/>
    public ValueTask<StorageResult<IDirectoryReader>> OpenDirectoryAsync(VirtualPath path, CancellationToken ct)
    {
        long startedAt = Start();
        return RunAsync<OpenDirectoryOperation, StorageResult<IDirectoryReader>, StorageResult<IDirectoryReader>>(
            new OpenDirectoryOperation(this, path, startedAt), path, null, startedAt, ct);
    }

    /// <summary>A directory's entries as the user is shown them.</summary>
    /// <param name="entries">What the backend has; null if it has no such directory.</param>
    /// <param name="path">As the user wrote it.</param>
    /// <param name="directory">Where it is.</param>
    /// <param name="startedAt">When it was asked for.</param>
    internal IDirectoryReader Show(IDirectoryReader? entries, VirtualPath path, VirtualPath directory, long startedAt)
    {
        var shown = new ShownDirectory(this, entries, _policy.ViewOf(directory), path, startedAt);

        // Until it is given up.
        _shared.Enter();
        return shown;
    }

    /// <summary>The event of a listing that has ended.</summary>
    internal void TellListing(VirtualPath path, long startedAt, StorageError outcome)
    {
        if (_events.AreTold)
        {
            _events.Tell(_events.Make(FileEventKind.List, path, target: null, startedAt, outcome));
        }
    }

    /// <summary>The entry of a directory where a mount begins, or that leads to one; null if it is hidden. It is shown even if its backend fails.</summary>
    internal async ValueTask<DirectoryEntry?> FindMountPointAsync(VirtualPath path, CancellationToken ct)
    {
        Location entry = Locate(path);
        if (entry.Place.Verdict == NameVerdict.Hidden)
        {
            return null;
        }

        StorageResult<EntryAttributes> attributes = await entry.Backend.GetLinkAttributesAsync(entry.Inner, ct).ConfigureAwait(false);
        attributes = ImpliedDirectory.Or(attributes);
        return new DirectoryEntry(path.Name, attributes.IsSuccess ? attributes.Value : ImpliedDirectory.Attributes);
    }
}
