using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

/// <summary>
/// A root that is open, with everything that sessions in it can share: a thousand sessions of one user hold one descriptor. It closes with its last user.
/// A root is the same only if the path still leads to the same directory by the same mount (device, inode, mount and path without links) and the options are equal:
/// the same directory may be mounted again with other rights.
/// </summary>
internal sealed class SharedRoot
{
    // As many entries as roots that are open; guarded by itself, as are all reference counts.
    private static readonly Dictionary<Key, SharedRoot> Open = [];

    private readonly Key _key;
    private readonly byte[] _realPath;
    private LocalTree? _treeWithoutLinks;
    private string? _realPathText;
    private int _references = 1;

    private SharedRoot(Key key, SafeDescriptor descriptor, byte[] realPath, MountMeters meters)
    {
        _key = key;
        _realPath = realPath;
        Tree = new LocalTree(descriptor, realPath, key.Options, followsLinks: true);
        Dispatcher = new LocalDispatcher(key.Options.Workers ?? FileWorkers.Shared, meters);
    }

    public LocalTree Tree { get; }

    /// <summary>Device and inode of the directory.</summary>
    public FileIdentity Identity { get; private init; }

    /// <summary>Where the directory was when it was opened, without links.</summary>
    public string RealPath => _realPathText ??= PathText.Decode(_realPath);

    /// <summary>The same root, where a link on the way is refused.</summary>
    public LocalTree TreeWithoutLinks =>
        Volatile.Read(ref _treeWithoutLinks)
        ?? Interlocked.CompareExchange(ref _treeWithoutLinks, new LocalTree(Tree.Root, _realPath, _key.Options, followsLinks: false), null)
        ?? _treeWithoutLinks;

    public LocalDispatcher Dispatcher { get; }

    /// <summary>
    /// Takes a reference to the root that a new descriptor of it leads to; the descriptor is kept or closed.
    /// Nothing in here waits for a disk or another machine.
    /// </summary>
    public static SharedRoot Acquire(SafeDescriptor descriptor, byte[] realPath, LocalFileSystemOptions options)
    {
        if (IdentityOf(descriptor) is not { } identity)
        {
            // Nobody else can find a root that the kernel does not name.
            return new SharedRoot(default(Key) with { Options = options }, descriptor, realPath, new MountMeters(options.Time));
        }

        if (identity.Mount is not { } mount)
        {
            return new SharedRoot(default(Key) with { Options = options }, descriptor, realPath, MountMeterTable.Shared.For(identity.Device, options.Time)) { Identity = new FileIdentity(identity.Device, identity.Inode) };
        }

        var key = new Key(identity.Device, identity.Inode, mount, options);
        SharedRoot? known;
        lock (Open)
        {
            if (!Open.TryGetValue(key, out known) || !known._realPath.AsSpan().SequenceEqual(realPath))
            {
                // A directory that was moved: whoever has it open keeps the entry that is replaced here.
                var root = new SharedRoot(key, descriptor, realPath, MountMeterTable.Shared.For(identity.Device, options.Time)) { Identity = new FileIdentity(identity.Device, identity.Inode) };
                Open[key] = root;
                return root;
            }

            known._references++;
        }

        descriptor.Dispose();
        return known;
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

    private static (ulong Device, ulong Inode, ulong? Mount)? IdentityOf(SafeDescriptor descriptor)
    {
        using SafeDescriptor.Lease lease = descriptor.Acquire();
        return DescriptorAttributes.GetIdentity(lease.Descriptor);
    }

    private readonly record struct Key(ulong Device, ulong Inode, ulong Mount, LocalFileSystemOptions Options);
}
