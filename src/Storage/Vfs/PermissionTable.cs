using Hpc.Storage.Vfs.Policy;

namespace Hpc.Storage.Vfs;

/// <summary>
/// The one table that says which permission an operation needs, and in which directory. A file is a matter of the directory that holds it, a listing and
/// the attributes of a directory are one of the directory itself (R4.2, R4.3); what has a source and a target is decided in both directories (R4.3).
/// </summary>
internal static class PermissionTable
{
    // Rights to a file's content and attributes, which go with the file through each of its names.
    private const Permission OnContent =
        Permission.Download | Permission.Overwrite | Permission.ChangeMode | Permission.ChangeOwner | Permission.ChangeTimes;

    private static readonly PermissionRow[] Table =
    [
        new(FileOperation.ListDirectory, Permission.List, PermissionSubject.Itself),
        new(FileOperation.ReadAttributes, Permission.List, PermissionSubject.Parent),
        new(FileOperation.ReadLink, Permission.List, PermissionSubject.Parent),
        new(FileOperation.Resolve, Permission.List, PermissionSubject.Parent),
        new(FileOperation.ReadSpace, Permission.List, PermissionSubject.Parent),
        new(FileOperation.ReadFile, Permission.Download, PermissionSubject.Parent),
        new(FileOperation.CreateFile, Permission.Upload, PermissionSubject.Parent),
        new(FileOperation.ChangeFile, Permission.Overwrite, PermissionSubject.Parent),
        new(FileOperation.DeleteFile, Permission.DeleteFiles, PermissionSubject.Parent),
        new(FileOperation.DeleteDirectory, Permission.DeleteDirectories, PermissionSubject.Parent),
        new(FileOperation.RenameFile, Permission.RenameFiles, PermissionSubject.BothParents),
        new(FileOperation.RenameDirectory, Permission.RenameDirectories, PermissionSubject.BothParents),
        new(FileOperation.ReplaceByRename, Permission.Overwrite, PermissionSubject.TargetParent),
        new(FileOperation.CreateDirectory, Permission.CreateDirectories, PermissionSubject.Parent),
        new(FileOperation.CreateSymbolicLink, Permission.CreateSymbolicLinks, PermissionSubject.Parent),
        new(FileOperation.CreateHardLink, Permission.CreateSymbolicLinks, PermissionSubject.TargetParent),
        new(FileOperation.ReadLinked, Permission.Download, PermissionSubject.SourceParent),
        new(FileOperation.ChangeSize, Permission.Overwrite, PermissionSubject.Parent),
        new(FileOperation.ChangeMode, Permission.ChangeMode, PermissionSubject.Parent),
        new(FileOperation.ChangeOwner, Permission.ChangeOwner, PermissionSubject.Parent),
        new(FileOperation.ChangeTimes, Permission.ChangeTimes, PermissionSubject.Parent),
        new(FileOperation.ChangeDirectoryMode, Permission.ChangeMode, PermissionSubject.Itself),
        new(FileOperation.ChangeDirectoryOwner, Permission.ChangeOwner, PermissionSubject.Itself),
        new(FileOperation.ChangeDirectoryTimes, Permission.ChangeTimes, PermissionSubject.Itself),
        new(FileOperation.CopyFile, Permission.Copy, PermissionSubject.BothParents),
        new(FileOperation.ReadCopied, Permission.Download, PermissionSubject.SourceParent),
        new(FileOperation.CreateByCopy, Permission.Upload, PermissionSubject.TargetParent),
        new(FileOperation.ReplaceByCopy, Permission.Overwrite, PermissionSubject.TargetParent),
    ];

    /// <summary>One row for each operation, in the order of <see cref="FileOperation"/>.</summary>
    public static IReadOnlyList<PermissionRow> Rows => Table;

    /// <summary>The permission of an operation's row.</summary>
    public static Permission NeededFor(FileOperation operation) => Table[(int)operation].Needed;

    /// <summary>Whether the permissions of the directory that the row names allow the operation.</summary>
    public static bool Allows(this Permission held, FileOperation operation)
    {
        Permission needed = NeededFor(operation);
        return (held & needed) == needed;
    }

    /// <summary>Whether permissions allow an operation on one path.</summary>
    public static bool Allows(this in Place place, FileOperation operation) => Table[(int)operation].On switch
    {
        PermissionSubject.Parent => place.Around.Allows(operation),
        PermissionSubject.Itself => place.Within.Allows(operation),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "The operation has two paths."),
    };

    /// <summary>Whether permissions allow an operation that has a source and a target.</summary>
    public static bool Allows(in Place source, in Place target, FileOperation operation) => Table[(int)operation].On switch
    {
        PermissionSubject.BothParents => (source.Around & target.Around).Allows(operation),
        PermissionSubject.SourceParent => source.Around.Allows(operation),
        PermissionSubject.TargetParent => target.Around.Allows(operation),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "The operation has one path."),
    };

    /// <summary>Whether a hard link may be made: links where it is to be, and the content must be readable where it is. <see cref="GivesNewRights"/> forbids it, too.</summary>
    public static bool AllowsHardLink(in Place existing, in Place link) =>
        Allows(existing, link, FileOperation.ReadLinked) && Allows(existing, link, FileOperation.CreateHardLink);

    /// <summary>
    /// Whether a further name of a file could give a right to its content or attributes that the present one does not: a name can be renamed,
    /// so what counts is not the place where it is made but all that is allowed somewhere.
    /// </summary>
    public static bool GivesNewRights(in Place existing, Permission somewhere) => (somewhere & OnContent & ~existing.Around) != Permission.None;

    /// <summary>Whether the attributes of a directory may be seen: who may list it learns nothing new by them, whatever is allowed above it.</summary>
    public static bool AllowsAttributesOfDirectory(this in Place place) =>
        place.Allows(FileOperation.ReadAttributes) || place.Allows(FileOperation.ListDirectory);

    /// <summary>Whether all of the changes to a path are allowed.</summary>
    public static bool Allows(this in Place place, AttributeChanges changes, bool isDirectory) =>
        (changes.Size is null || place.Allows(FileOperation.ChangeSize))
        && (isDirectory ? place.Within : place.Around).AllowsOnOpenFile(changes);

    /// <summary>Whether all of the changes are allowed to a file in a directory with these permissions.</summary>
    public static bool Allows(this Permission held, AttributeChanges changes) =>
        (changes.Size is null || held.Allows(FileOperation.ChangeSize)) && held.AllowsOnOpenFile(changes);

    /// <summary>Whether all of the changes are allowed on an open file, whose size is a matter of having it open for writing.</summary>
    public static bool AllowsOnOpenFile(this Permission held, AttributeChanges changes) =>
        (changes.Permissions is null || held.Allows(FileOperation.ChangeMode))
        && ((changes.UserId is null && changes.GroupId is null) || held.Allows(FileOperation.ChangeOwner))
        && ((changes.AccessTime is null && changes.ModificationTime is null) || held.Allows(FileOperation.ChangeTimes));
}
