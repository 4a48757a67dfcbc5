using System.Security.Cryptography;
using System.Text;

namespace Hpc.Fuzz.Tests.Host;

/// <summary>
/// A root with a few files, and a sentinel tree beside it that no session may read or touch. The sentinel's secrets are bytes that nothing else holds,
/// so that one of them in a reply is a leak.
/// </summary>
internal sealed class FuzzTree : IDisposable
{
    private readonly DirectoryInfo _base = Directory.CreateTempSubdirectory("hpc-fuzz-");
    private readonly string _before;

    public FuzzTree()
    {
        Root = _base.CreateSubdirectory("root").FullName;
        Outside = _base.CreateSubdirectory("outside").FullName;
        Secret = RandomNumberGenerator.GetBytes(24);
        HiddenName = Encoding.ASCII.GetBytes($"hidden-{Convert.ToHexString(RandomNumberGenerator.GetBytes(8))}");
        File.WriteAllBytes(Path.Combine(Outside, "secret.txt"), [.. Secret, .. Secret]);
        File.WriteAllText(Path.Combine(Outside, Encoding.ASCII.GetString(HiddenName)), "x");
        Directory.CreateDirectory(Path.Combine(Outside, "sub"));
        FillRoot(Root);
        _before = Describe(Outside);
    }

    /// <summary>What the user sees as "/".</summary>
    public string Root { get; }

    /// <summary>The sentinel.</summary>
    public string Outside { get; }

    /// <summary>Content of the sentinel's file.</summary>
    public byte[] Secret { get; }

    /// <summary>Name of an entry of the sentinel that no peer knows.</summary>
    public byte[] HiddenName { get; }

    public static void FillRoot(string root)
    {
        Directory.CreateDirectory(Path.Combine(root, "dir", "deep"));
        Directory.CreateDirectory(Path.Combine(root, "many"));
        var content = new byte[200_000];
        new Random(1).NextBytes(content);
        File.WriteAllBytes(Path.Combine(root, "big"), content);
        File.WriteAllText(Path.Combine(root, "small"), "small");
        File.WriteAllText(Path.Combine(root, "dir", "file"), "file");
        File.CreateSymbolicLink(Path.Combine(root, "link-out"), "../outside/secret.txt");
        File.CreateSymbolicLink(Path.Combine(root, "dir-out"), "../outside");
        File.CreateSymbolicLink(Path.Combine(root, "loop"), "loop");
        for (int i = 0; i < 30; i++)
        {
            File.WriteAllText(Path.Combine(root, "many", $"entry {i}"), "");
        }
    }

    /// <summary>What has changed in the sentinel or beside it, or null.</summary>
    public string? FindTouch()
    {
        string after = Describe(Outside);
        if (after != _before)
        {
            return $"the sentinel was\n{_before}\nand is\n{after}";
        }

        string beside = string.Join(',', Directory.GetFileSystemEntries(_base.FullName).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        return beside == "outside,root" ? null : $"beside the root there is {beside}";
    }

    /// <summary>True if what the server sent holds something of the sentinel.</summary>
    public bool IsLeak(ReadOnlySpan<byte> sent) => sent.IndexOf(Secret) >= 0 || sent.IndexOf(HiddenName) >= 0;

    /// <summary>Descriptors of this process on files below the root.</summary>
    public int OpenDescriptors()
    {
        int count = 0;
        foreach (string entry in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            try
            {
                if (new FileInfo(entry).LinkTarget is { } target && target.StartsWith(_base.FullName, StringComparison.Ordinal))
                {
                    count++;
                }
            }
            catch (IOException)
            {
                // Closed while the list was read.
                continue;
            }
        }

        return count;
    }

    public void Dispose() => TreeRemoval.Remove(_base);

    private static string Describe(string directory)
    {
        var text = new StringBuilder();
        foreach (FileSystemInfo entry in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).OrderBy(static e => e.FullName, StringComparer.Ordinal))
        {
            string content = entry is FileInfo file ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file.FullName))) : "";
            text.Append(entry.Name).Append(' ').Append(entry.UnixFileMode).Append(' ').Append(entry.LastWriteTimeUtc.Ticks).Append(' ').Append(content).Append('\n');
        }

        return text.Append(new DirectoryInfo(directory).UnixFileMode).ToString();
    }
}
