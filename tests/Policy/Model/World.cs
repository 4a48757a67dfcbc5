using Hpc.Policy.Tests.Rules;
using Hpc.Storage;
using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Policy.Tests.Model;

/// <summary>A small random tree on three backends, in which every file has content and a size of its own, and what is known of it without any policy.</summary>
internal sealed class World : IDisposable
{
    public static readonly string[] Directories = ["/", "/a", "/ab", "/A", "/a/b", "/v", "/v/w", "/m", "/m/d", "/a/n", "/a/n/d"];

    public static readonly string[] Names = ["f", "g", "F", "x.bad", "y.hid", "Y.HID", ".hpc-upload.1"];

    private const int MaxLinks = 40;

    private readonly Backends _backends;
    private int _files;

    private World(Backends backends) => _backends = backends;

    public Backends Backends => _backends;

    public static async Task<World> CreateAsync(BackendKind kind, string[] mounts, Random random)
    {
        var world = new World(new Backends(kind, mounts));
        foreach (string directory in Directories)
        {
            await world._backends.MakeDirectoriesAsync(directory);
            foreach (string name in Names.Where(_ => random.Next(2) == 0))
            {
                await world._backends.WriteAsync(UserRules.Join(directory, name), world.NextContent());
            }
        }

        IFileSystem root = world._backends.At("/");
        foreach (string covered in mounts)
        {
            await MakeCoveredAsync(root, covered);
            await root.WriteFileAsync(covered + "/f", world.NextContent());
        }

        for (int i = random.Next(5); i > 0; i--)
        {
            await world.TryLinkAsync($"{Directories[random.Next(Directories.Length)]}/l{random.Next(3)}", RandomTarget(random));
        }

        return world;
    }

    /// <summary>What a link may say: relative and absolute, up and out, to what is there and what is not.</summary>
    public static string RandomTarget(Random random)
    {
        string aim = random.Next(3) == 0
            ? Directories[random.Next(Directories.Length)]
            : UserRules.Join(Directories[random.Next(Directories.Length)], random.Next(4) == 0 ? $"l{random.Next(3)}" : Names[random.Next(Names.Length)]);
        return random.Next(4) switch
        {
            0 => aim,
            1 => "." + aim,
            2 => ".." + aim,
            _ => "../.." + aim,
        };
    }

    /// <summary>Content that no other file has, and longer than all before.</summary>
    public string NextContent() => $"secret {++_files} ".PadRight(16 + _files, '.');

    /// <summary>
    /// Where a path leads, link by link: the virtual path of what the backend would use, or null if it leads out of the backend or in circles.
    /// </summary>
    public async Task<string?> LeadsToAsync(string path, string mount, bool followLast)
    {
        IFileSystem files = _backends.At(mount);
        var left = new LinkedList<string>((mount == "/" ? path : path[mount.Length..]).Split('/', StringSplitOptions.RemoveEmptyEntries));
        var done = new List<string>();
        int links = 0;
        while (left.First is { } first)
        {
            left.RemoveFirst();
            if (first.Value == "..")
            {
                if (done.Count == 0)
                {
                    return null;
                }

                done.RemoveAt(done.Count - 1);
                continue;
            }

            done.Add(first.Value);
            if (left.Count == 0 && !followLast)
            {
                break;
            }

            VirtualPath at = P("/" + string.Join('/', done));
            StorageResult<EntryAttributes> entry = await files.GetLinkAttributesAsync(at, default);
            if (!entry.IsSuccess || entry.Value.Type != EntryType.SymbolicLink)
            {
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            StorageResult<string> said = await files.ReadSymbolicLinkAsync(at, default);
            if (!said.IsSuccess)
            {
                return null;
            }

            string text = said.Value;
            done.RemoveAt(done.Count - 1);
            if (text.StartsWith('/'))
            {
                done.Clear();
            }

            foreach (string segment in text.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != ".").Reverse())
            {
                left.AddFirst(segment);
            }
        }

        return mount == "/" ? "/" + string.Join('/', done) : done.Count == 0 ? mount : mount + "/" + string.Join('/', done);
    }

    /// <summary>The entry that a mount's backend has at a path (not following a link at its end), or null.</summary>
    public async Task<EntryAttributes?> EntryAsync(string mount, string path)
    {
        StorageResult<EntryAttributes> entry = await _backends.At(mount).GetLinkAttributesAsync(Inner(mount, path), default);
        return entry.IsSuccess ? entry.Value : null;
    }

    public async Task<List<DirectoryEntry>> ListAsync(string mount, string path) =>
        await _backends.At(mount).ListAsync(Inner(mount, path).ToString());

    /// <summary>As <see cref="ListAsync"/>; nothing where there is no directory.</summary>
    public async Task<List<DirectoryEntry>> ListSafelyAsync(string mount, string path) =>
        await EntryAsync(mount, path) is { Type: EntryType.Directory } || Inner(mount, path).IsRoot ? await ListAsync(mount, path) : [];

    public Task<string> ReadAsync(string mount, string path) => _backends.At(mount).ReadFileAsync(Inner(mount, path).ToString());

    /// <summary>All entries of all backends, by mount and path; a directory's own size and times are left out because they follow from its entries.</summary>
    public async Task<SortedDictionary<string, (string State, FileIdentity Identity)>> SnapshotAsync()
    {
        var found = new SortedDictionary<string, (string, FileIdentity)>(StringComparer.Ordinal);
        foreach (string mount in _backends.Mounts)
        {
            await SnapshotAsync(mount, "/", found);
        }

        return found;
    }

    /// <summary>Regular files on a mount's backend and their bytes, each file once whatever its names.</summary>
    public async Task<(long Files, long Bytes)> CountAsync(string mount)
    {
        var sizes = new Dictionary<FileIdentity, long>();
        await CountAsync(mount, "/", sizes);
        return (sizes.Count, sizes.Values.Sum());
    }

    public void Dispose() => _backends.Dispose();

    public static string Key(string mount, string inner) => mount + ":" + inner;

    public static VirtualPath Inner(string mount, string path) =>
        P(mount == "/" ? path : path.Length == mount.Length ? "/" : path[mount.Length..]);

    private async Task SnapshotAsync(string mount, string directory, SortedDictionary<string, (string State, FileIdentity Identity)> found)
    {
        foreach (DirectoryEntry entry in await _backends.At(mount).ListAsync(directory))
        {
            string path = UserRules.Join(directory, entry.Name);
            EntryAttributes attributes = entry.Attributes;
            found[Key(mount, path)] = attributes.Type == EntryType.Directory
                ? ($"directory {attributes.Mode}", attributes.Identity)
                : ($"{attributes.Type} {attributes.Size} {attributes.Mode} {attributes.ModificationTime} {attributes.Identity}", attributes.Identity);
            if (attributes.Type == EntryType.Directory)
            {
                await SnapshotAsync(mount, path, found);
            }
        }
    }

    private async Task CountAsync(string mount, string directory, Dictionary<FileIdentity, long> sizes)
    {
        foreach (DirectoryEntry entry in await _backends.At(mount).ListAsync(directory))
        {
            if (entry.Attributes.Type == EntryType.File)
            {
                entry.Attributes.Identity.IsKnown.ShouldBeTrue();
                sizes[entry.Attributes.Identity] = entry.Attributes.Size;
            }
            else if (entry.Attributes.Type == EntryType.Directory)
            {
                await CountAsync(mount, UserRules.Join(directory, entry.Name), sizes);
            }
        }
    }

    private async Task TryLinkAsync(string path, string target)
    {
        (IFileSystem files, VirtualPath inner) = _backends.Raw(path);
        _ = await files.CreateSymbolicLinkAsync(inner, target, default);
    }

    private static async Task MakeCoveredAsync(IFileSystem root, string path)
    {
        VirtualPath at = VirtualPath.Root;
        foreach (string segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            at = at.Combine(segment);
            _ = await root.CreateDirectoryAsync(at, null, default);
        }
    }
}
