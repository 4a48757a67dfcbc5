namespace Hpc.Storage.Vfs;

/// <summary>The one table that says which permission an operation needs.</summary>
internal static class PermissionTable
{
    public static Permission NeededFor(FileOperation operation) => operation switch
    {
        FileOperation.ListDirectory => Permission.List,
        FileOperation.ReadAttributes => Permission.List,
        FileOperation.ReadLink => Permission.List,
        FileOperation.Resolve => Permission.List,
        FileOperation.ReadSpace => Permission.List,
        FileOperation.ReadFile => Permission.Download,
        FileOperation.CreateFile => Permission.Upload,
        FileOperation.ChangeFile => Permission.Overwrite,
        FileOperation.DeleteFile => Permission.DeleteFiles,
        FileOperation.DeleteDirectory => Permission.DeleteDirectories,
        FileOperation.RenameFile => Permission.RenameFiles,
        FileOperation.RenameDirectory => Permission.RenameDirectories,
        FileOperation.ReplaceByRename => Permission.Overwrite,
        FileOperation.CreateDirectory => Permission.CreateDirectories,
        FileOperation.CreateSymbolicLink => Permission.CreateSymbolicLinks,
        FileOperation.CreateHardLink => Permission.CreateSymbolicLinks,
        FileOperation.ChangeSize => Permission.Overwrite,
        FileOperation.ChangeMode => Permission.ChangeMode,
        FileOperation.ChangeOwner => Permission.ChangeOwner,
        FileOperation.ChangeTimes => Permission.ChangeTimes,
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "The operation has no row."),
    };

    public static bool Allows(this Permission held, FileOperation operation)
    {
        Permission needed = NeededFor(operation);
        return (held & needed) == needed;
    }

    /// <summary>Whether all of the changes are allowed.</summary>
    public static bool Allows(this Permission held, AttributeChanges changes) =>
        (changes.Size is null || held.Allows(FileOperation.ChangeSize)) && held.AllowsOnOpenFile(changes);

    /// <summary>Whether all of the changes are allowed on an open file, whose size is a matter of having it open for writing.</summary>
    public static bool AllowsOnOpenFile(this Permission held, AttributeChanges changes) =>
        (changes.Permissions is null || held.Allows(FileOperation.ChangeMode))
        && ((changes.UserId is null && changes.GroupId is null) || held.Allows(FileOperation.ChangeOwner))
        && ((changes.AccessTime is null && changes.ModificationTime is null) || held.Allows(FileOperation.ChangeTimes));
}
