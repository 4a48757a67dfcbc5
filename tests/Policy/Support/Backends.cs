using Hpc.Policy.Tests.Rules;
using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Storage.Memory;
using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Policy.Tests;

/// <summary>One file system for each mount, and a way to them that no policy is in.</summary>
internal sealed class Backends : IDisposable
{
    private readonly DirectoryInfo? _folder;
    private readonly Dictionary<string, IFileSystem> _byMount = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MountState> _states = new(StringComparer.Ordinal);

    public Backends(BackendKind kind, IEnumerable<string> mounts)
    {
        Kind = kind;
        if (kind == BackendKind.Local)
        {
            // Memory rather than a disk where there is such a place: thousands of little files.
            _folder = Directory.Exists("/dev/shm") ? Directory.CreateDirectory($"/dev/shm/hpc-policy-{Guid.NewGuid():N}") : Directory.CreateTempSubdirectory("hpc-policy-");
        }

        foreach (string mount in mounts.Append("/"))
        {
            _byMount[mount] = Create(kind, _byMount.Count);
            _states[mount] = new MountState("test:" + mount);
        }
    }

    public BackendKind Kind { get; }

    public IEnumerable<string> Mounts => _byMount.Keys;

    public IFileSystem At(string mount) => _byMount[mount];

    /// <summary>The backend of a virtual path and the path below it.</summary>
    public (IFileSystem Files, VirtualPath Path) Raw(string path)
    {
        string mount = _byMount.Keys.Where(key => UserRules.IsAtOrBelow(path, key)).MaxBy(key => key.Length)!;
        return (_byMount[mount], P(mount == "/" ? path : path[mount.Length..] is { Length: > 0 } inner ? inner : "/"));
    }

    /// <summary>The user's view of them.</summary>
    public UserFileSystem Open(UserRules rules) => Open(rules, new VfsOptions(), _ => []);

    /// <summary>The same, counted.</summary>
    public UserFileSystem Open(UserRules rules, VfsOptions options, Func<string, IReadOnlyList<QuotaShare>> quotas) =>
        new(ProductRules.Definition(rules, _byMount, _states, options, quotas));

    public async Task MakeDirectoriesAsync(string path)
    {
        (IFileSystem files, VirtualPath inner) = Raw(path);
        VirtualPath at = VirtualPath.Root;
        foreach (string segment in inner.ToString().Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            at = at.Combine(segment);
            StorageError error = (await files.CreateDirectoryAsync(at, null, default)).Error;
            error.ShouldBeOneOf(StorageError.None, StorageError.AlreadyExists);
        }
    }

    public async Task WriteAsync(string path, string content)
    {
        (IFileSystem files, VirtualPath inner) = Raw(path);
        await files.WriteFileAsync(inner.ToString(), content);
    }

    public async Task LinkAsync(string path, string target)
    {
        (IFileSystem files, VirtualPath inner) = Raw(path);
        (await files.CreateSymbolicLinkAsync(inner, target, default)).Error.ShouldBe(StorageError.None);
    }

    public void Dispose()
    {
        foreach (IFileSystem files in _byMount.Values)
        {
            (files as IDisposable)?.Dispose();
        }

        _folder?.Delete(recursive: true);
    }

    private IFileSystem Create(BackendKind kind, int number)
    {
        if (kind == BackendKind.Memory)
        {
            return new MemoryFileSystem(new MemoryFileSystemOptions { MaxEntries = 1_000_000, Capacity = 1L << 30, OwnerId = ProcessOwner.UserId, GroupId = ProcessOwner.GroupId });
        }

        // Prefix siblings on the disk: m1, m10, m100.
        string root = Path.Combine(_folder!.FullName, "m1" + new string('0', number));
        return LocalFileSystem.Open(Directory.CreateDirectory(root).FullName);
    }
}
