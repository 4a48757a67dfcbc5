using Hpc.Storage.Vfs.Policy;
using Hpc.Storage.Vfs.Uploads;

namespace Hpc.Storage.Vfs.Names;

/// <summary>A path of an operation: where it lies and what is decided of it.</summary>
internal readonly record struct Location
{
    public required MountedFiles Mounted { get; init; }

    public required Place Place { get; init; }

    /// <summary>The path in the user's tree.</summary>
    public required VirtualPath Outer { get; init; }

    /// <summary>The path below its mount.</summary>
    public required VirtualPath Inner { get; init; }

    public MountFiles Files => Mounted.Files;

    /// <summary>Where to ask: a link is an answer of its own where it could lead to other rules.</summary>
    public IFileSystem Backend => Place.NeedsJudgedLinks ? Mounted.WithoutLinks : Mounted.Mount.Files;

    /// <summary>
    /// True for what no permission allows to remove, rename or replace (R4.6, R3.18): <c>/</c>, mount points, directories with mounts inside,
    /// and those that mounts have their files in.
    /// </summary>
    public bool IsFixed => Place.IsMountPoint || Place.HoldsMounts || Place.IsFixed;

    /// <summary>True where nothing may be changed, whatever the permissions.</summary>
    public bool IsReadOnly => Mounted.IsReadOnly || Place.IsReadOnly;

    /// <summary>True for a directory that is there for the mounts below it, whether or not the backend has it.</summary>
    public bool LeadsToMounts => Place.HoldsMounts && !Place.IsMountPoint;

    /// <summary>What an open file may be used for.</summary>
    public Permission Held => Place.IsReadOnly ? Place.Around & (Permission.List | Permission.Download | Permission.Copy) : Place.Around;

    /// <summary>Looking is refused for what does not exist for the user.</summary>
    public StorageError MayLook(FileOperation operation) => MayLook(Place.Allows(operation));

    /// <summary>Looking is refused for what does not exist for the user.</summary>
    public StorageError MayLook(bool isAllowed) => Place.Verdict == NameVerdict.Hidden ? StorageError.NotFound : Decide(isAllowed);

    /// <summary>Using is refused for denied names too.</summary>
    public StorageError MayUse(bool isAllowed) =>
        Place.Verdict == NameVerdict.Hidden ? StorageError.NotFound : Decide(isAllowed && Place.Verdict != NameVerdict.Denied);

    /// <summary>Changing needs a mount that takes changes.</summary>
    public StorageError MayChange(bool isAllowed) =>
        Place.Verdict == NameVerdict.Hidden ? StorageError.NotFound
        : IsReadOnly ? StorageError.ReadOnly
        : Decide(isAllowed && Place.Verdict != NameVerdict.Denied);

    /// <summary>Creating is a change; a name of the server's temporaries is refused as what it is, because no other answer would be understood.</summary>
    public StorageError MayCreate(bool isAllowed) =>
        Place.Verdict == NameVerdict.Hidden && TemporaryName.IsOne(LastSegment) ? StorageError.AccessDenied : MayChange(isAllowed);

    private ReadOnlySpan<char> LastSegment
    {
        get
        {
            string text = Outer.ToString();
            return text.AsSpan(text.LastIndexOf('/') + 1);
        }
    }

    private static StorageError Decide(bool isAllowed) => isAllowed ? StorageError.None : StorageError.AccessDenied;
}
