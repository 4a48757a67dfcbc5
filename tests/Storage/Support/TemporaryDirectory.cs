using Hpc.Storage.Local;

namespace Hpc.Storage.Tests.Support;

/// <summary>A directory of its own for one test: <c>Root</c> is served, <c>Outside</c> must stay as it is.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private readonly DirectoryInfo _top = Directory.CreateTempSubdirectory("hpc-storage-");

    public TemporaryDirectory()
    {
        Root = Directory.CreateDirectory(Path.Combine(_top.FullName, "u1")).FullName;
        Outside = Directory.CreateDirectory(Path.Combine(_top.FullName, "u10")).FullName;
        File.WriteAllText(Path.Combine(Outside, "secret"), "secret");
    }

    public string Root { get; }

    public string Outside { get; }

    public string Real(string below) => Path.Combine(Root, below);

    public void OutsideShouldBeUntouched()
    {
        Directory.GetFileSystemEntries(Outside).Select(Path.GetFileName).ShouldBe(["secret"]);
        File.ReadAllText(Path.Combine(Outside, "secret")).ShouldBe("secret");
        Directory.GetFileSystemEntries(_top.FullName).Select(Path.GetFileName).Order().ShouldBe(["u1", "u10"]);
    }

    // System.IO cannot delete names that are not UTF-8; the file system under test can.
    public void Dispose()
    {
        using (LocalFileSystem top = LocalFileSystem.Open(_top.FullName))
        {
            EmptyAsync(top, VirtualPath.Root).GetAwaiter().GetResult();
        }

        _top.Delete();
    }

    private static async Task EmptyAsync(LocalFileSystem files, VirtualPath directory)
    {
        foreach (DirectoryEntry entry in await files.ListAsync(directory.ToString(), 10_000))
        {
            VirtualPath path = directory.Combine(entry.Name);
            if (entry.Attributes.Type == EntryType.Directory)
            {
                await EmptyAsync(files, path);
                (await files.DeleteDirectoryAsync(path, default)).IsSuccess.ShouldBeTrue();
            }
            else
            {
                (await files.DeleteFileAsync(path, default)).IsSuccess.ShouldBeTrue();
            }
        }
    }
}
