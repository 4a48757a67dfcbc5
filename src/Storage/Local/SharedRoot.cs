using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

/// <summary>
/// A root that is open, with everything that sessions in it can share: a thousand sessions of one user hold one descriptor. It closes with its last user.
/// A root is the same only if the path still leads to the same directory (device, inode and path without links) and the options are equal.
/// </summary>
internal sealed class SharedRoot
{
    // As many entries as roots that are open; guarded by itself, as are all reference counts.
    private static readonly Dictionary<Key, SharedRoot> Open = [];

    private readonly Key _key;
    private readonly byte[] _realPath;
    private int _references = 1;

    private SharedRoot(Key key, SafeDescriptor descriptor, byte[] realPath)
    {
        _key = key;
        _realPath = realPath;
        Tree = new LocalTree(descriptor, realPath, key.Options);
        Dispatcher = new LocalDispatcher(key.Options.Workers ?? FileWorkers.Shared, MountMeterTable.Shared.For(descriptor, key.Options.Time));
    }

    public LocalTree Tree { get; }

    public LocalDispatcher Dispatcher { get; }

    /// <summary>Takes a reference to the root that a new descriptor of it leads to; the descriptor is kept or closed.</summary>
    public static SharedRoot Acquire(SafeDescriptor descriptor, byte[] realPath, LocalFileSystemOptions options)
    {
        StatXBuffer stat;
        using (SafeDescriptor.Lease lease = descriptor.Acquire())
        {
            if (DescriptorAttributes.Get(lease.Descriptor, out stat) != StorageError.None)
            {
                // Nobody else can find a root that the kernel does not name.
                return new SharedRoot(new Key(0, 0, options), descriptor, realPath);
            }
        }

        var key = new Key(stat.Device, stat.Inode, options);
        lock (Open)
        {
            if (Open.TryGetValue(key, out SharedRoot? known) && known._realPath.AsSpan().SequenceEqual(realPath))
            {
                known._references++;
                descriptor.Dispose();
                return known;
            }

            // A directory that was moved: whoever has it open keeps the entry that is replaced here.
            var root = new SharedRoot(key, descriptor, realPath);
            Open[key] = root;
            return root;
        }
    }

    public void Release()
    {
        lock (Open)
        {
            if (--_references > 0)
            {
                return;
            }

            if (Open.TryGetValue(_key, out SharedRoot? known) && ReferenceEquals(known, this))
            {
                Open.Remove(_key);
            }
        }

        Tree.Root.Dispose();
    }

    private readonly record struct Key(ulong Device, ulong Inode, LocalFileSystemOptions Options);
}
