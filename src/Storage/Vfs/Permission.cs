namespace Hpc.Storage.Vfs;

/// <summary>What a user may do in a directory. In configuration they have the names in <see cref="PermissionNames"/>.</summary>
[Flags]
public enum Permission
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>List directories, read attributes and link targets.</summary>
    List = 1,

    /// <summary>Read files.</summary>
    Download = 1 << 1,

    /// <summary>Write files that did not exist.</summary>
    Upload = 1 << 2,

    /// <summary>Write, truncate or replace files that exist.</summary>
    Overwrite = 1 << 3,

    /// <summary>Delete files and links.</summary>
    DeleteFiles = 1 << 4,

    /// <summary>Delete directories.</summary>
    DeleteDirectories = 1 << 5,

    /// <summary>Delete anything.</summary>
    Delete = DeleteFiles | DeleteDirectories,

    /// <summary>Rename files and links.</summary>
    RenameFiles = 1 << 6,

    /// <summary>Rename directories.</summary>
    RenameDirectories = 1 << 7,

    /// <summary>Rename anything.</summary>
    Rename = RenameFiles | RenameDirectories,

    /// <summary>Create directories.</summary>
    CreateDirectories = 1 << 8,

    /// <summary>Create symbolic and hard links.</summary>
    CreateSymbolicLinks = 1 << 9,

    /// <summary>Change permission bits.</summary>
    ChangeMode = 1 << 10,

    /// <summary>Change owner and group.</summary>
    ChangeOwner = 1 << 11,

    /// <summary>Change access and modification times.</summary>
    ChangeTimes = 1 << 12,

    /// <summary>Copy files on the server.</summary>
    Copy = 1 << 13,

    /// <summary>Everything.</summary>
    All = List | Download | Upload | Overwrite | Delete | Rename | CreateDirectories | CreateSymbolicLinks
        | ChangeMode | ChangeOwner | ChangeTimes | Copy,
}
