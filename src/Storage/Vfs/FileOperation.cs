namespace Hpc.Storage.Vfs;

/// <summary>The operations that a permission decides on; what a request does is one of them, or several that are all needed.</summary>
internal enum FileOperation
{
    /// <summary>Reading the names and attributes of a directory's entries.</summary>
    ListDirectory,

    /// <summary>Attributes of a path or link.</summary>
    ReadAttributes,

    /// <summary>The target of a link.</summary>
    ReadLink,

    /// <summary>The path that links lead to.</summary>
    Resolve,

    /// <summary>How much room there is.</summary>
    ReadSpace,

    /// <summary>The content of a file, or a checksum of it.</summary>
    ReadFile,

    /// <summary>Writing a file that does not exist.</summary>
    CreateFile,

    /// <summary>Writing or truncating a file that exists.</summary>
    ChangeFile,

    /// <summary>Removing a file or link.</summary>
    DeleteFile,

    /// <summary>Removing a directory.</summary>
    DeleteDirectory,

    /// <summary>Renaming a file or link.</summary>
    RenameFile,

    /// <summary>Renaming a directory.</summary>
    RenameDirectory,

    /// <summary>The part of a rename that replaces what has the name.</summary>
    ReplaceByRename,

    /// <summary>Making a directory.</summary>
    CreateDirectory,

    /// <summary>Making a symbolic link.</summary>
    CreateSymbolicLink,

    /// <summary>Making a hard link.</summary>
    CreateHardLink,

    /// <summary>The part of a hard link that makes the content readable at another place.</summary>
    ReadLinked,

    /// <summary>Setting the size of a file by its path.</summary>
    ChangeSize,

    /// <summary>Setting the permission bits of a file.</summary>
    ChangeMode,

    /// <summary>Setting the owner or group of a file.</summary>
    ChangeOwner,

    /// <summary>Setting the times of a file.</summary>
    ChangeTimes,

    /// <summary>Setting the permission bits of a directory.</summary>
    ChangeDirectoryMode,

    /// <summary>Setting the owner or group of a directory.</summary>
    ChangeDirectoryOwner,

    /// <summary>Setting the times of a directory.</summary>
    ChangeDirectoryTimes,

    /// <summary>Copying a file on the server.</summary>
    CopyFile,

    /// <summary>The part of a copy that reads.</summary>
    ReadCopied,

    /// <summary>The part of a copy that makes a new file.</summary>
    CreateByCopy,

    /// <summary>The part of a copy that replaces a file.</summary>
    ReplaceByCopy,
}
