namespace Hpc.Storage.Vfs;

/// <summary>
/// How to open a file so that the permission holds without asking first whether the file exists: who may only create opens exclusively,
/// who may only change what exists opens without creating. So no second session can change the answer in between.
/// </summary>
/// <param name="Flags">The flags to open with.</param>
/// <param name="DeniedWhen">The error that means that a permission is missing; None if there is none.</param>
/// <param name="IsDenied">True if the permissions allow nothing of it.</param>
internal readonly record struct OpenPlan(OpenFlags Flags, StorageError DeniedWhen, bool IsDenied)
{
    private static OpenPlan Denied => new(OpenFlags.None, StorageError.None, IsDenied: true);

    public static OpenPlan For(OpenFlags flags, Permission held)
    {
        bool creates = flags.HasFlag(OpenFlags.Create);
        bool writes = (flags & (OpenFlags.Write | OpenFlags.Append | OpenFlags.Truncate)) != 0;
        bool mayCreate = held.Allows(FileOperation.CreateFile);
        bool mayChange = !writes || held.Allows(FileOperation.ChangeFile);

        if (flags.HasFlag(OpenFlags.Read) && !held.Allows(FileOperation.ReadFile))
        {
            return Denied;
        }

        if (!creates)
        {
            return mayChange ? new OpenPlan(flags, StorageError.None, IsDenied: false) : Denied;
        }

        if (mayCreate)
        {
            bool asked = mayChange || flags.HasFlag(OpenFlags.Exclusive);
            return asked
                ? new OpenPlan(flags, StorageError.None, IsDenied: false)
                : new OpenPlan(flags | OpenFlags.Exclusive, StorageError.AlreadyExists, IsDenied: false);
        }

        return mayChange && !flags.HasFlag(OpenFlags.Exclusive)
            ? new OpenPlan(flags & ~OpenFlags.Create, StorageError.NotFound, IsDenied: false)
            : Denied;
    }
}
