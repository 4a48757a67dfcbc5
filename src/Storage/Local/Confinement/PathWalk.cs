using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local.Confinement;

/// <summary>
/// One walk from the root along a path. Every step opens one name in a directory descriptor with O_NOFOLLOW,
/// so no step can leave the root; a <c>..</c> out of a link starts again at the root along the names walked so far.
/// </summary>
internal sealed unsafe class PathWalk : IDisposable
{
    /// <summary>The bound of Linux on links in one path.</summary>
    private const int MaxLinks = 40;

    // 40 links of 4,095 bytes could ask for far more; nothing honest needs as many as this.
    private const int MaxSteps = 16_384;

    private const int MaxLinkLength = 4096;

    // A name that is replaced as fast as it is looked at. Beyond that the file system is believed.
    private const int MaxReplacements = 256;

    private readonly int _root;
    private readonly byte[] _rootRealPath;
    private readonly bool _followsLinks;
    private readonly List<byte[]> _resolved = [];
    private readonly Stack<byte[]> _remaining = new();
    private int _current;
    private int _links;
    private int _steps;
    private int _replacements;

    public PathWalk(int root, byte[] rootRealPath, VirtualPath path, bool followsLinks = true)
    {
        _followsLinks = followsLinks;
        _root = _current = root;
        _rootRealPath = rootRealPath;
        Push(path.IsRoot ? default : path.ToUtf8());
    }

    /// <summary>True if a link led out of the root.</summary>
    public bool HasEscaped { get; private set; }

    /// <summary>The names walked so far, without links.</summary>
    public IReadOnlyList<byte[]> ResolvedNames => _resolved;

    /// <summary>The names not walked because the walk ended early, the one it ended at first.</summary>
    public IEnumerable<byte[]> RemainingNames => _remaining;

    /// <summary>Opens the end of the path; flags and mode are those of open(2).</summary>
    public StorageError Open(int flags, uint mode, out int descriptor)
    {
        descriptor = -1;
        while (_remaining.TryPeek(out byte[]? name))
        {
            if (++_steps > MaxSteps)
            {
                return StorageError.LinkLoop;
            }

            if (name.AsSpan().SequenceEqual(".."u8))
            {
                if (!GoUp())
                {
                    return Escape();
                }

                continue;
            }

            bool isLast = _remaining.Count == 1;
            int errno = isLast
                ? OpenLast(name, flags, mode, out int opened)
                : OpenName(name, OpenFlag.DirectoryHandle | OpenFlag.NoFollow, 0, out opened);

            if (errno == 0)
            {
                _remaining.Pop();
                _resolved.Add(name);
                if (isLast)
                {
                    descriptor = opened;
                    return StorageError.None;
                }

                MoveTo(opened);
                continue;
            }

            // A link where a directory is needed answers ENOTDIR or ELOOP.
            bool mayBeLink = errno is Errno.Loop or Errno.NotDirectory;
            if (!mayBeLink || (isLast && !FollowsLast(flags)))
            {
                return Errno.ToStorageError(errno);
            }

            StorageError error = Follow(name, errno);
            if (error != StorageError.None)
            {
                return error;
            }
        }

        int rootErrno = OpenName("."u8, flags, mode, out descriptor);
        return rootErrno == 0 ? StorageError.None : Errno.ToStorageError(rootErrno);
    }

    public void Dispose() => MoveTo(_root);

    /// <summary>The part of an absolute path below <paramref name="rootRealPath"/>; false if it is not below it.</summary>
    public static bool TryStripRoot(ReadOnlySpan<byte> absolute, ReadOnlySpan<byte> rootRealPath, out ReadOnlySpan<byte> below)
    {
        // "/" has no name to compare; "/u1" is not above "/u10".
        ReadOnlySpan<byte> root = rootRealPath.TrimEnd((byte)'/');
        below = default;
        if (!absolute.StartsWith(root) || (absolute.Length > root.Length && absolute[root.Length] != (byte)'/'))
        {
            return false;
        }

        below = absolute[root.Length..];
        return true;
    }

    private static bool FollowsLast(int flags) =>
        (flags & OpenFlag.NoFollow) == 0 && (flags & (OpenFlag.Create | OpenFlag.Exclusive)) != (OpenFlag.Create | OpenFlag.Exclusive);

    private int OpenLast(ReadOnlySpan<byte> name, int flags, uint mode, out int descriptor)
    {
        int errno = OpenName(name, flags | OpenFlag.NoFollow, mode, out descriptor);
        if (errno != 0 || (flags & OpenFlag.Path) == 0 || !FollowsLast(flags) || !IsLink(descriptor))
        {
            return errno;
        }

        // O_PATH opens the link itself.
        _ = NativeMethods.Close(descriptor);
        descriptor = -1;
        return Errno.Loop;
    }

    private int OpenName(ReadOnlySpan<byte> name, int flags, uint mode, out int descriptor)
    {
        Span<byte> terminated = stackalloc byte[NativeString.StackLength];
        descriptor = -1;
        if (name.Length >= terminated.Length)
        {
            return Errno.NameTooLong;
        }

        name.CopyTo(terminated);
        terminated[name.Length] = 0;
        fixed (byte* pointer = terminated)
        {
            do
            {
                descriptor = NativeMethods.OpenAt(_current, pointer, flags | OpenFlag.CloseOnExec, mode);
            }
            while (descriptor < 0 && NativeMethods.LastErrno == Errno.Interrupted);
        }

        return descriptor >= 0 ? 0 : NativeMethods.LastErrno;
    }

    private static bool IsLink(int descriptor) => TypeOf(descriptor) == EntryType.SymbolicLink;

    private static EntryType? TypeOf(int descriptor)
    {
        StatXBuffer stat = default;
        byte empty = 0;
        return NativeMethods.StatX(descriptor, &empty, OpenFlag.AtEmptyPath, StatXBuffer.BasicStats, &stat) == 0
            ? ModeBits.TypeOf(stat.Mode)
            : null;
    }

    /// <summary>True if a name that was no directory a moment ago is one now, or a link again, or gone.</summary>
    private bool IsReplaced(ReadOnlySpan<byte> name)
    {
        if (OpenName(name, OpenFlag.Path | OpenFlag.NoFollow, 0, out int descriptor) != 0)
        {
            return true;
        }

        EntryType? type = TypeOf(descriptor);
        _ = NativeMethods.Close(descriptor);
        return type is EntryType.Directory or EntryType.SymbolicLink;
    }

    private StorageError Follow(byte[] name, int openErrno)
    {
        int errno = LinkText.Read(_current, name, out byte[] target);
        if (errno == Errno.Invalid)
        {
            // Not a link: then the first answer was about what it is, unless somebody has put it there since. That is tried again.
            bool isReplaced = (openErrno == Errno.Loop || IsReplaced(name)) && ++_replacements <= MaxReplacements;
            return isReplaced ? StorageError.None : Errno.ToStorageError(openErrno);
        }

        if (errno != 0)
        {
            return Errno.ToStorageError(errno);
        }

        if (!_followsLinks || ++_links > MaxLinks || target.Length >= MaxLinkLength)
        {
            return StorageError.LinkLoop;
        }

        ReadOnlySpan<byte> names = target;
        if (names.StartsWith("/"u8))
        {
            if (!TryStripRoot(target, _rootRealPath, out names))
            {
                return Escape();
            }

            _resolved.Clear();
            MoveTo(_root);
        }

        _remaining.Pop();
        Push(names);
        return StorageError.None;
    }

    private bool GoUp()
    {
        while (_remaining.TryPeek(out byte[]? name) && name.AsSpan().SequenceEqual(".."u8))
        {
            if (_resolved.Count == 0)
            {
                return false;
            }

            _resolved.RemoveAt(_resolved.Count - 1);
            _remaining.Pop();
        }

        for (int i = _resolved.Count - 1; i >= 0; i--)
        {
            _remaining.Push(_resolved[i]);
        }

        _resolved.Clear();
        MoveTo(_root);
        return true;
    }

    private StorageError Escape()
    {
        HasEscaped = true;
        return StorageError.AccessDenied;
    }

    private void MoveTo(int directory)
    {
        if (_current != _root)
        {
            _ = NativeMethods.Close(_current);
        }

        _current = directory;
    }

    private void Push(ReadOnlySpan<byte> path)
    {
        while (!path.IsEmpty)
        {
            int slash = path.LastIndexOf((byte)'/');
            ReadOnlySpan<byte> name = path[(slash + 1)..];
            path = slash < 0 ? default : path[..slash];
            if (!name.IsEmpty && !name.SequenceEqual("."u8))
            {
                _remaining.Push(name.ToArray());
            }
        }
    }
}
