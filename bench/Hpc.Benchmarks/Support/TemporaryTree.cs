namespace Hpc.Benchmarks.Support;

/// <summary>A directory that is gone at the end.</summary>
internal sealed class TemporaryTree : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpc-bench-");

    public string Root => _directory.FullName;

    /// <summary>Makes a file of zeros, which is in the page cache then.</summary>
    public void AddFile(string name, int length) => File.WriteAllBytes(Path.Combine(Root, name), new byte[length]);

    /// <summary>Makes a directory with this many empty files.</summary>
    public void AddDirectory(string name, int entries)
    {
        DirectoryInfo directory = _directory.CreateSubdirectory(name);
        for (int i = 0; i < entries; i++)
        {
            File.WriteAllBytes(Path.Combine(directory.FullName, $"entry-{i:D6}"), []);
        }
    }

    public void Dispose() => _directory.Delete(true);
}
