using System.Diagnostics;

namespace Hpc.TestKit;

/// <summary>A folder of its own below the system's temporary folder, gone when disposed.</summary>
public sealed class TestDirectory : IDisposable
{
    /// <summary>Makes the folder; the name stays short because sockets live in it.</summary>
    public TestDirectory(string prefix = "hpc")
    {
        Path = Directory.CreateTempSubdirectory(prefix + "-").FullName;
    }

    /// <summary>The folder's absolute path.</summary>
    public string Path { get; }

    /// <summary>The path of a name inside the folder.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Makes a folder inside the folder and returns its path.</summary>
    public string MakeDirectory(string name) => Directory.CreateDirectory(this[name]).FullName;

    /// <summary>Removes the folder and everything in it.</summary>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Names that are not UTF-8 cannot be said in .NET's file functions.
            using Process remove = Process.Start("rm", ["-rf", "--", Path]);
            remove.WaitForExit();
        }
    }
}
