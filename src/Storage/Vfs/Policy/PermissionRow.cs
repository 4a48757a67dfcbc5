namespace Hpc.Storage.Vfs.Policy;

/// <summary>A row of <see cref="PermissionTable"/>.</summary>
/// <param name="Operation">What is done.</param>
/// <param name="Needed">The permission for it.</param>
/// <param name="On">Where the permission is looked up.</param>
internal readonly record struct PermissionRow(FileOperation Operation, Permission Needed, PermissionSubject On);
