using System.Security.Cryptography;

namespace Hpc.TestKit;

/// <summary>Folders with content from a seed, and the proof that two of them are equal.</summary>
public static class FileTree
{
    private const int Chunk = 1 << 20;

    /// <summary>A file of random bytes that are the same for the same seed.</summary>
    public static void WriteRandom(string path, long length, int seed)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var random = new Random(seed);
        byte[] buffer = new byte[Math.Min(length, Chunk)];
        using FileStream file = File.Create(path);
        for (long left = length; left > 0; left -= buffer.Length)
        {
            random.NextBytes(buffer);
            file.Write(buffer.AsSpan(0, (int)Math.Min(left, buffer.Length)));
        }
    }

    /// <summary>Every name below a folder with the SHA-256 of its content ("/" for folders), sorted.</summary>
    public static IReadOnlyList<string> Describe(string root)
    {
        var lines = new List<string>();
        foreach (FileSystemInfo entry in new DirectoryInfo(root).EnumerateFileSystemInfos("*", Everything))
        {
            string name = Path.GetRelativePath(root, entry.FullName).Replace("\n", "\\n", StringComparison.Ordinal);
            lines.Add($"{name} {(entry is DirectoryInfo ? "/" : Checksum(entry.FullName))}");
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    /// <summary>The SHA-256 of a file.</summary>
    public static string Checksum(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>What differs between two descriptions; empty when nothing does.</summary>
    public static string Difference(IReadOnlyList<string> expected, IReadOnlyList<string> actual) =>
        string.Join(
            '\n',
            expected.Except(actual).Select(line => "missing: " + line)
                .Concat(actual.Except(expected).Select(line => "unexpected: " + line)));

    private static EnumerationOptions Everything => new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
    };
}
