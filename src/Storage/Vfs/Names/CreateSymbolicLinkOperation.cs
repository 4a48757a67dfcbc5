using Hpc.Storage.Vfs.Policy;

namespace Hpc.Storage.Vfs.Names;

/// <summary>Creates a symbolic link whose target lies in the same mount, where links may be created too (R4.3, R4.6). Where it leads then is judged whenever it is followed.</summary>
internal readonly struct CreateSymbolicLinkOperation(PathPolicy policy, string target) : INameOperation<StorageResult, StorageResult>
{
    public OperationTraits Traits => new(FileEventKind.CreateSymbolicLink);

    public StorageError Judge(in Location entry, in Location other)
    {
        StorageError refusal = entry.MayCreate(!entry.IsFixed && entry.Place.Allows(FileOperation.CreateSymbolicLink));
        if (refusal != StorageError.None)
        {
            return refusal;
        }

        if (target.Length == 0 || !VirtualPath.TryParse(target, entry.Outer.Parent, out VirtualPath path))
        {
            return StorageError.InvalidArgument;
        }

        Place place = policy.Find(path);
        bool isAllowed = !place.IsMountPoint
            && place.Mount == entry.Place.Mount
            && place.Verdict != NameVerdict.Denied
            && place.Allows(FileOperation.CreateSymbolicLink);
        return place.Verdict == NameVerdict.Hidden ? StorageError.NotFound : isAllowed ? StorageError.None : StorageError.AccessDenied;
    }

    public ValueTask<StorageResult> RunAsync(in Location entry, in Location other, CancellationToken ct) =>
        entry.Backend.CreateSymbolicLinkAsync(entry.Inner, StoredText(entry.Mounted.Mount), ct);

    public StorageResult Conclude(StorageResult answer, in Location entry, in Location other) => answer;

    public FileEvent Describe(in FileEvent told, in StorageResult answer) =>
        VirtualPath.TryParse(target, told.Path.Parent, out VirtualPath path) ? told with { Target = path } : told;

    // The backend's root is the mount.
    private string StoredText(Mount mount) =>
        target.StartsWith('/') && !mount.Path.IsRoot && VirtualPath.TryParse(target, VirtualPath.Root, out VirtualPath path)
            ? PathPolicy.Inner(mount, path).ToString()
            : target;
}
