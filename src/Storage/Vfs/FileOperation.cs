namespace Hpc.Storage.Vfs;

/// <summary>The operations that a permission decides on.</summary>
internal enum FileOperation
{
    ListDirectory,
    ReadAttributes,
    ReadLink,
    Resolve,
    ReadSpace,
    ReadFile,
    CreateFile,
    ChangeFile,
    DeleteFile,
    DeleteDirectory,
    RenameFile,
    RenameDirectory,
    ReplaceByRename,
    CreateDirectory,
    CreateSymbolicLink,
    CreateHardLink,
    ChangeSize,
    ChangeMode,
    ChangeOwner,
    ChangeTimes,
}
