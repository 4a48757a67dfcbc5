using Hpc.Storage.Vfs.Policy;
using Hpc.Storage.Vfs.Uploads;

namespace Hpc.Storage.Vfs.Names;

/// <summary>
/// Judges every entry below a directory at the place that it has and at the one that a rename would give it, both where links lead and as they are written. What a user may not rename entry by entry,
/// or what is or would become hidden or denied, is not renamed with its directory either.
/// </summary>
internal sealed class RenameWalk(PathPolicy policy, IFileSystem backend, PendingUploads pending, int mostEntries = TreeWalk.MostEntries)
    : TreeWalk(backend, mostEntries)
{
    // Of the directory whose entries are visited.
    private RenamedPath _real;
    private RenamedPath _written;

    public async ValueTask<StorageResult> JudgeAsync(VirtualPath inner, RenamedPath real, RenamedPath written, CancellationToken ct)
    {
        _real = real;
        _written = written;
        return await RunAsync(inner, ct).ConfigureAwait(false);
    }

    protected override bool TryEnter(string name) => _real.TryEnter(name, out _real) & _written.TryEnter(name, out _written);

    protected override void Leave()
    {
        _real = _real.Parent;
        _written = _written.Parent;
    }

    protected override StorageError Visit(in DirectoryEntry entry)
    {
        string? name = TemporaryName.IsOne(entry.Name) ? NameToBe(entry.Name) : entry.Name;
        if (name is null)
        {
            return StorageError.None;
        }

        if (!_real.TryEnter(name, out RenamedPath real) || !_written.TryEnter(name, out RenamedPath written))
        {
            return StorageError.NameTooLong;
        }

        FileOperation operation = entry.Attributes.Type == EntryType.Directory ? FileOperation.RenameDirectory : FileOperation.RenameFile;
        bool isAllowed = Allows(real, operation) && (written == real || Allows(written, operation));
        return isAllowed ? StorageError.None : StorageError.AccessDenied;
    }

    /// <summary>The name that an upload under way is to have, because its directory takes it along; null if there will never be a file of it.</summary>
    private string? NameToBe(string temporary)
    {
        if (!TemporaryName.TryParse(temporary, out TemporaryName parsed))
        {
            return null;
        }

        return parsed.Target
            ?? (Current.TryCombine(temporary, out VirtualPath path) && pending.TryFindTarget(path, out VirtualPath target) ? target.Name : null);
    }

    private bool Allows(RenamedPath path, FileOperation operation) =>
        Allows(policy.Find(path.From), operation) && Allows(policy.Find(path.To), operation);

    private static bool Allows(in Place place, FileOperation operation) => place.Verdict == NameVerdict.Allowed && place.Around.Allows(operation);
}
