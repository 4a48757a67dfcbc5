using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Sqlite.Legacy;

/// <summary>A folder of schema 2 and the same one as an object.</summary>
internal static class LegacyFolder
{
    public static Folder ToObject(VirtualFolder folder) => new() { Name = folder.Name, MappedPath = folder.MappedPath, Description = folder.Description };

    public static VirtualFolder ToFolder(Folder folder, long version) =>
        new() { Name = folder.Name, MappedPath = folder.MappedPath, Description = folder.Description, Version = version };
}
