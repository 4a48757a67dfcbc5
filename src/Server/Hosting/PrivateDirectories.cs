using Hpc.Storage;
using Hpc.Storage.Local;

namespace Hpc.Server.Hosting;

/// <summary>
/// Directories that can be nobody's home or folder: those of the server's own files, and all that these are in. Who has one of them reads password hashes,
/// host keys and the admin token; and closing a descriptor of a database drops the locks that the process has on it.
/// A directory of users inside the data directory is not among them.
/// </summary>
internal sealed class PrivateDirectories
{
    private readonly string[] _roots;
    private readonly string[] _files;

    // Each with the path that it has for people.
    private readonly Dictionary<FileIdentity, string> _identities = [];

    private PrivateDirectories(string[] roots, string[] files)
    {
        _roots = roots;
        _files = files;
        foreach (string root in roots)
        {
            AddWithParents(root);
        }
    }

    /// <summary>None at all, where there are no such files.</summary>
    public static PrivateDirectories None { get; } = new([], []);

    /// <summary>Those of a server with this data directory. Looks at the disk.</summary>
    public static PrivateDirectories Of(DataDirectory directory) => new([directory.Path, Path.GetFullPath(directory.HostKeys), Path.GetFullPath(directory.Backups)], [.. directory.Files]);

    /// <summary>The server's directory or file that would be in users' hands with this path; null if they may have it. Looks at the disk.</summary>
    public string? FindBehind(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Array.Find(_roots, root => IsBelowOrEqual(root, full)) is { } root)
        {
            return root;
        }

        string? parent = Path.GetDirectoryName(full);
        string place = parent is not null && _roots.Length > 0 && IsSame(parent, _roots[0]) ? Path.Combine(_roots[0], Path.GetFileName(full)) : full;
        return Array.Find(_files, file => IsBelowOrEqual(place, file)) ?? FindBehind(LocalFileSystem.IdentityOf(full));
    }

    /// <summary>The same for a directory that is open.</summary>
    public string? FindBehind(FileIdentity directory) => _identities.GetValueOrDefault(directory);

    /// <summary>True if a directory that is open is certainly none of them.</summary>
    public bool Allows(FileIdentity directory) => _roots.Length == 0 || (directory.IsKnown && !_identities.ContainsKey(directory));

    private static bool IsSame(string left, string right) => LocalFileSystem.IdentityOf(left) is { IsKnown: true } identity && identity == LocalFileSystem.IdentityOf(right);

    private static bool IsBelowOrEqual(string path, string directory) =>
        path == directory || directory == "/" || path.StartsWith(directory + "/", StringComparison.Ordinal);

    // By the path as it is written, whose links a user could replace, and by the kernel's parents, to which the path may be a link.
    private void AddWithParents(string root)
    {
        for (string? path = root; path is not null; path = Path.GetDirectoryName(path))
        {
            Add(LocalFileSystem.IdentityOf(path), root);
        }

        FileIdentity last = default;
        for (string path = root; LocalFileSystem.IdentityOf(path) is { IsKnown: true } found && found != last; path += "/..")
        {
            Add(found, root);
            last = found;
        }
    }

    private void Add(FileIdentity identity, string root)
    {
        if (identity.IsKnown)
        {
            _identities.TryAdd(identity, root);
        }
    }
}
