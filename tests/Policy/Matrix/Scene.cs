using Hpc.Policy.Tests.Rules;
using Hpc.Storage;

namespace Hpc.Policy.Tests.Matrix;

/// <summary>The tree that the matrix walks: directories of every kind, and for each case names that no other case has.</summary>
internal sealed class Scene : IDisposable
{
    public static readonly string[] Mounts = ["/mnt", "/hold/in"];

    private static readonly string[] Directories =
        ["/sub", "/sub/deep", "/sub2", "/other", "/vault", "/inc/a", "/mnt/deep", "/hold", "/hold/in/deep"];

    private readonly Backends _backends;
    private int _number;

    private Scene(Backends backends) => _backends = backends;

    public Backends Backends => _backends;

    public static async Task<Scene> CreateAsync(BackendKind kind)
    {
        var scene = new Scene(new Backends(kind, Mounts));
        foreach (string directory in Directories)
        {
            await scene._backends.MakeDirectoriesAsync(directory);
        }

        // What the folders cover: a link in the home can lead there, the user cannot.
        IFileSystem root = scene._backends.At("/");
        (await root.CreateDirectoryAsync(VirtualPath.Root.Combine("mnt"), null, default)).IsSuccess.ShouldBeTrue();
        await Hpc.Storage.Tests.Support.FileSystemExtensions.WriteFileAsync(root, "/mnt/covered", "covered");
        await scene._backends.LinkAsync("/sub/door", "../vault");
        await scene._backends.LinkAsync("/sub/under", "../mnt");
        return scene;
    }

    /// <summary>Makes what the row needs; the names say which case they are of and end as a pattern asks.</summary>
    public async Task<(string Source, string? Target)> PrepareAsync(OperationRow row, string parent, string targetParent, string suffix = "", string targetSuffix = "")
    {
        int number = _number++;
        string source = UserRules.Join(parent, $"s{number}{suffix}");
        string? target = row.HasTarget ? UserRules.Join(targetParent, $"t{number}{targetSuffix}") : null;
        await MakeAsync(row.Source, source);
        if (target is not null)
        {
            await MakeAsync(row.Target, target);
        }

        return (source, target);
    }

    /// <summary>What a link leads to: a name beside it that the same patterns match.</summary>
    public static string AimOf(string path) => UserRules.NameOf(path).Split('.') is [var name, .. var rest] ? string.Join('.', [name + "-aim", .. rest]) : "";

    /// <summary>What the paths are now, so that a refused operation can be shown to have changed nothing.</summary>
    public async Task<string> DescribeAsync(params string?[] paths)
    {
        var lines = new List<string>();
        foreach (string path in paths.OfType<string>())
        {
            (IFileSystem files, VirtualPath inner) = _backends.Raw(path);
            StorageResult<EntryAttributes> entry = await files.GetLinkAttributesAsync(inner, default);
            lines.Add(entry.IsSuccess
                ? $"{path} {entry.Value.Type} {entry.Value.Size} {entry.Value.Mode} {entry.Value.LinkCount} {entry.Value.ModificationTime} {entry.Value.Identity}"
                : $"{path} {entry.Error}");
        }

        return string.Join('\n', lines);
    }

    public void Dispose() => _backends.Dispose();

    private async Task MakeAsync(string kind, string path)
    {
        switch (kind)
        {
            case "file":
                await _backends.WriteAsync(path, "content of " + path);
                break;
            case "link":
                await _backends.WriteAsync(UserRules.Join(UserRules.ParentOf(path), AimOf(path)), "aim");
                await _backends.LinkAsync(path, AimOf(path));
                break;
            case "dir":
                await _backends.MakeDirectoriesAsync(path);
                break;
            case "tree":
                await _backends.MakeDirectoriesAsync(path);
                await _backends.WriteAsync(path + "/" + UserRules.NameOf(path), "leaf");
                break;
        }
    }
}
