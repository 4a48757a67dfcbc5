using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

internal sealed unsafe partial class LocalTree
{
    /// <summary>Opens a regular file; the descriptor is the caller's, and so is cutting the file to length 0.</summary>
    public StorageResult<OpenedFile> OpenFile(VirtualPath path, OpenFlags flags, uint? permissions)
    {
        if (!TryTranslate(flags, out int native))
        {
            return StorageError.InvalidArgument;
        }

        uint mode = (permissions ?? ModeBits.DefaultFile) & ModeBits.ReadWriteExecute & _mask;
        if (_newOwner.IsSet && (native & OpenFlag.Create) != 0)
        {
            return OpenOrCreateOwned(path, native, mode);
        }

        if (TryCreateNew(path, flags, native, mode, out OpenedFile created))
        {
            return created;
        }

        return OpenExisting(path, native, mode);
    }

    private StorageResult<OpenedFile> OpenExisting(VirtualPath path, int native, uint mode)
    {
        StorageError error = OpenRegular(path, native, mode, out int descriptor, out StatXBuffer stat);
        return error == StorageError.None
            ? new OpenedFile(new SafeDescriptor(descriptor), SizeOf(stat), stat.Device, IsNew: false)
            : error;
    }

    /// <summary>
    /// Most uploads are of new files. What was created exclusively is a regular file and empty: it needs neither a look at its kind nor cutting.
    /// Whatever is in the way of that is for the ordinary open to answer.
    /// </summary>
    private bool TryCreateNew(VirtualPath path, OpenFlags flags, int native, uint mode, out OpenedFile created)
    {
        const OpenFlags Wanted = OpenFlags.Create | OpenFlags.Truncate;
        created = default;
        if ((flags & Wanted) != Wanted || (native & OpenFlag.Exclusive) != 0
            || _resolver.Open(RootDescriptor, path, native | OpenFlag.Exclusive | Guarded, mode, out int descriptor) != StorageError.None)
        {
            return false;
        }

        created = new OpenedFile(new SafeDescriptor(descriptor), 0, 0, IsNew: true);
        return true;
    }

    private static long SizeOf(in StatXBuffer stat) => (long)Math.Min(stat.Size, long.MaxValue);

    /// <summary>Cuts an open file to length 0.</summary>
    public static StorageResult Truncate(SafeDescriptor file)
    {
        using SafeDescriptor.Lease lease = file.Acquire();
        return ToResult(NativeMethods.Truncate(lease.Descriptor, 0));
    }

    /// <summary>Opens a directory for reading its entries; the descriptor is the caller's.</summary>
    public StorageResult<SafeDescriptor> OpenDirectory(VirtualPath path)
    {
        StorageError error = _resolver.Open(
            RootDescriptor, path, OpenFlag.ReadOnly | OpenFlag.Directory | OpenFlag.NonBlocking, 0, out int descriptor);
        return error == StorageError.None ? new SafeDescriptor(descriptor) : error;
    }

    private static bool TryTranslate(OpenFlags flags, out int native)
    {
        bool writes = flags.HasFlag(OpenFlags.Write);
        native = !writes ? OpenFlag.ReadOnly : flags.HasFlag(OpenFlags.Read) ? OpenFlag.ReadWrite : OpenFlag.WriteOnly;
        native |= flags.HasFlag(OpenFlags.Append) ? OpenFlag.Append : 0;
        native |= flags.HasFlag(OpenFlags.Create) ? OpenFlag.Create : 0;
        native |= flags.HasFlag(OpenFlags.Create | OpenFlags.Exclusive) ? OpenFlag.Exclusive : 0;

        // What open(2) leaves undefined is refused: changing a file that is open for reading alone, and no access at all.
        bool changesWithoutWrite = !writes && (flags & (OpenFlags.Append | OpenFlags.Truncate)) != 0;
        return !changesWithoutWrite && (flags & (OpenFlags.Read | OpenFlags.Write)) != 0;
    }

    // O_NONBLOCK: a pipe without a peer must not hold the thread, nor a device that is not ready.
    private const int Guarded = OpenFlag.NonBlocking | OpenFlag.NoControllingTerminal;

    private StorageError OpenRegular(VirtualPath path, int flags, uint mode, out int descriptor, out StatXBuffer stat)
    {
        stat = default;
        StorageError error = _resolver.Open(RootDescriptor, path, flags | Guarded, mode, out descriptor);
        if (error != StorageError.None)
        {
            // A pipe without a reader, a socket or a device without a driver: ENXIO and ENODEV.
            return error == StorageError.IoError && IsSpecial(path) ? StorageError.AccessDenied : error;
        }

        error = DescriptorAttributes.Get(descriptor, out stat);
        if (error == StorageError.None)
        {
            error = ModeBits.TypeOf(stat.Mode) switch
            {
                EntryType.File => StorageError.None,
                EntryType.Directory => StorageError.IsDirectory,
                _ => StorageError.AccessDenied,
            };
        }

        if (error != StorageError.None)
        {
            _ = NativeMethods.Close(descriptor);
            descriptor = -1;
        }

        return error;
    }

    private bool IsSpecial(VirtualPath path)
    {
        StorageResult<EntryAttributes> attributes = GetAttributes(path, follow: true);
        return attributes.IsSuccess && attributes.Value.Type == EntryType.Special;
    }
}
