using Hpc.Storage;

namespace Hpc.HttpApi.Files;

/// <summary>Makes the directories above a path that are missing (R11.15).</summary>
internal static class ParentDirectories
{
    public static async ValueTask<StorageError> CreateAsync(FileSession session, VirtualPath path)
    {
        var missing = new Stack<VirtualPath>();
        for (VirtualPath parent = path.Parent; !parent.IsRoot; parent = parent.Parent)
        {
            StorageResult<EntryAttributes> known = await session.Files.LookAsync(parent, session.Lifetime).ConfigureAwait(false);
            if (known.Error != StorageError.NotFound)
            {
                // It is there, or what is done next tells why not.
                break;
            }

            missing.Push(parent);
        }

        while (missing.TryPop(out VirtualPath parent))
        {
            StorageResult made = await session.Files.CreateDirectoryAsync(parent, null, session.Lifetime).ConfigureAwait(false);

            // Somebody else may be making it at the same moment.
            if (!made.IsSuccess && made.Error != StorageError.AlreadyExists)
            {
                return made.Error;
            }
        }

        return StorageError.None;
    }
}
