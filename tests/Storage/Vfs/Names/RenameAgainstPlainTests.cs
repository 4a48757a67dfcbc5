using Hpc.Storage.Memory;
using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Names;

/// <summary>Renames that are decided without a look at every entry, against a decision that looks at all of them.</summary>
public sealed class RenameAgainstPlainTests
{
    private static readonly string[] Some = ["list", "rename_files", "rename_dirs", "rename", "delete"];

    [Fact]
    public async Task A_rename_is_allowed_exactly_where_every_entry_may_be_renamed()
    {
        int allowed = 0;
        int denied = 0;
        for (int seed = 0; seed < 600; seed++)
        {
            var random = new Random(seed);
            PermissionSet permissions = RandomPermissions(random);
            var backend = new MemoryFileSystem();
            List<(string Path, bool IsDirectory)> entries = await FillAsync(backend, random);
            using var files = new UserFileSystem(backend, permissions);

            (string from, bool isDirectory) = entries[random.Next(entries.Count)];
            string[] directories = [.. entries.Where(e => e.IsDirectory && !IsIn(e.Path, from)).Select(e => e.Path), ""];
            string to = directories[random.Next(directories.Length)] + "/new";

            bool expected = MayRename(permissions, from, to, isDirectory)
                && entries.Where(e => e.Path != from && IsIn(e.Path, from)).All(e => MayRename(permissions, e.Path, to + e.Path[from.Length..], e.IsDirectory));
            StorageError error = await files.MoveAsync(from, to);
            error.ShouldBe(expected ? StorageError.None : StorageError.AccessDenied, $"seed {seed}: {from} to {to}");
            _ = expected ? allowed++ : denied++;
        }

        allowed.ShouldBeGreaterThan(50);
        denied.ShouldBeGreaterThan(50);
    }

    private static bool IsIn(string path, string directory) => P(path).IsBelowOrEqual(P(directory));

    private static bool MayRename(PermissionSet permissions, string from, string to, bool isDirectory)
    {
        Permission needed = isDirectory ? Permission.RenameDirectories : Permission.RenameFiles;
        return (permissions.At(P(from).Parent) & permissions.At(P(to).Parent) & needed) == needed;
    }

    private static PermissionSet RandomPermissions(Random random)
    {
        var directories = new List<(string, IReadOnlyList<string>)>();
        foreach (string path in AllPaths().Append("/new").Append("/a/new").Append("/a/new/b"))
        {
            if (random.Next(12) == 0)
            {
                directories.Add((path, [Some[random.Next(Some.Length)], Some[random.Next(Some.Length)]]));
            }
        }

        string[] everywhere = random.Next(3) == 0 ? [Some[random.Next(Some.Length)]] : ["*"];
        PermissionSet.TryCreate(everywhere, directories, out PermissionSet permissions, out string error).ShouldBeTrue(error);
        return permissions;
    }

    private static async Task<List<(string Path, bool IsDirectory)>> FillAsync(MemoryFileSystem backend, Random random)
    {
        var entries = new List<(string Path, bool IsDirectory)>();
        foreach (string path in AllPaths())
        {
            string parent = P(path).Parent.ToString();
            bool hasParent = parent == "/" || entries.Contains((parent, true));
            if (!hasParent || random.Next(4) == 0)
            {
                continue;
            }

            bool isDirectory = random.Next(3) > 0;
            if (isDirectory)
            {
                (await backend.MakeAsync(path)).ShouldBe(StorageError.None);
            }
            else
            {
                await backend.WriteFileAsync(path, "x");
            }

            entries.Add((path, isDirectory));
        }

        if (entries.Count == 0)
        {
            await backend.MakeAsync("/a");
            entries.Add(("/a", true));
        }

        return entries;
    }

    /// <summary>Three names, three deep, parents first.</summary>
    private static IEnumerable<string> AllPaths()
    {
        string[] names = ["/a", "/b", "/c"];
        string[] second = [.. names.SelectMany(above => names.Select(name => above + name))];
        return [.. names, .. second, .. second.SelectMany(above => names.Select(name => above + name))];
    }
}
