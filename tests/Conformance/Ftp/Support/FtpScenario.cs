using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Ftp.Support;

/// <summary>What every client has to do, as far as it can.</summary>
internal static class FtpScenario
{
    private const int KiB = 1024;

    /// <summary>Names that every command language can say, in several scripts.</summary>
    private static readonly (string Name, long Length)[] s_files =
    [
        ("empty", 0), ("one", 1), ("large.bin", (3 * KiB * KiB) + 7), ("größe 漢字 🚀.txt", 40_000), ("with two  spaces", 1000),
    ];

    public static async Task MoveAsync(FtpSession session, FtpClient client, bool canSend = true, long least = 0)
    {
        foreach ((string name, long length) in s_files.Where(file => file.Length >= least))
        {
            string local = session.Local(name, length);
            if (canSend)
            {
                await client.PutAsync(local, name);
            }
            else
            {
                File.Copy(local, session.Remote(name));
            }

            FileTree.Checksum(session.Remote(name)).ShouldBe(FileTree.Checksum(local), name);
            string copy = session["copy-" + name];
            await client.GetAsync(name, copy);
            FileTree.Checksum(copy).ShouldBe(FileTree.Checksum(local), name);
        }
    }

    /// <summary>The second half has to be all that moves: the first halves differ from the file.</summary>
    public static async Task ContinueDownloadAsync(FtpSession session, FtpClient client)
    {
        string local = session.Local("whole", 300_001);
        File.Copy(local, session.Remote("down"));
        string part = session["part"];
        await File.WriteAllBytesAsync(part, new byte[100_000]);
        await client.ContinueGetAsync("down", part);
        ShouldBeWholeBehindZeros(part, local);
    }

    public static async Task ContinueUploadAsync(FtpSession session, FtpClient client)
    {
        string local = session.Local("whole", 300_001);
        await File.WriteAllBytesAsync(session.Remote("up"), new byte[100_000]);
        await client.ContinuePutAsync(local, "up");
        ShouldBeWholeBehindZeros(session.Remote("up"), local);
    }

    public static async Task AppendAsync(FtpSession session, FtpClient client)
    {
        string local = session.Local("more", 5000);
        await File.WriteAllBytesAsync(session.Remote("log"), new byte[100]);
        await client.AppendAsync(local, "log");
        byte[] expected = [.. new byte[100], .. await File.ReadAllBytesAsync(local)];
        (await File.ReadAllBytesAsync(session.Remote("log"))).ShouldBe(expected);
    }

    public static async Task ManageAsync(FtpSession session, FtpClient client)
    {
        string local = session.Local("file", 100);
        await client.MakeDirectoryAsync("folder ä");
        Directory.Exists(session.Remote("folder ä")).ShouldBeTrue();
        await client.PutAsync(local, "folder ä/one");
        await client.RenameAsync("folder ä/one", "folder ä/two ü");
        File.Exists(session.Remote("folder ä/one")).ShouldBeFalse();
        FileTree.Checksum(session.Remote("folder ä/two ü")).ShouldBe(FileTree.Checksum(local));
        await client.DeleteAsync("folder ä/two ü");
        Directory.EnumerateFileSystemEntries(session.Remote("folder ä")).ShouldBeEmpty();
        await client.RemoveDirectoryAsync("folder ä");
        Directory.Exists(session.Remote("folder ä")).ShouldBeFalse();
    }

    /// <summary>A directory with a file, an empty one, a directory, a name with spaces and one of UTF-8.</summary>
    public static void MakeListing(FtpSession session)
    {
        Directory.CreateDirectory(session.Remote("list/sub"));
        File.WriteAllBytes(session.Remote("list/plain.txt"), new byte[12_345]);
        File.WriteAllBytes(session.Remote("list/name with spaces"), new byte[1]);
        File.WriteAllBytes(session.Remote("list/größe"), []);
        File.SetLastWriteTimeUtc(session.Remote("list/plain.txt"), new DateTime(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc));
    }

    public static async Task ListAsync(FtpSession session, FtpClient client)
    {
        MakeListing(session);
        string[] lines = Lines(await client.ListAsync("list"));
        lines.ShouldContain(static line => line.StartsWith('-') && line.Contains(" 12345 ", StringComparison.Ordinal) && line.EndsWith(" plain.txt", StringComparison.Ordinal));
        lines.ShouldContain(static line => line.StartsWith('-') && line.EndsWith(" name with spaces", StringComparison.Ordinal));
        lines.ShouldContain(static line => line.StartsWith('-') && line.EndsWith(" größe", StringComparison.Ordinal));
        lines.ShouldContain(static line => line.StartsWith('d') && line.EndsWith(" sub", StringComparison.Ordinal));
        lines.Count(static line => line.StartsWith('-')).ShouldBe(3);
    }

    public static async Task ListFactsAsync(FtpSession session, FtpClient client)
    {
        MakeListing(session);
        string[] lines = Lines(await client.ListFactsAsync("list"));
        string plain = lines.Single(static line => line.EndsWith(" plain.txt", StringComparison.Ordinal));
        plain.ShouldContain("type=file;", Case.Insensitive);
        plain.ShouldContain("size=12345;", Case.Insensitive);
        plain.ShouldContain("modify=20200203040506;", Case.Insensitive);
        lines.Single(static line => line.EndsWith(" sub", StringComparison.Ordinal)).ShouldContain("type=dir;", Case.Insensitive);
        lines.ShouldContain(static line => line.EndsWith(" größe", StringComparison.Ordinal));
        lines.ShouldContain(static line => line.EndsWith(" name with spaces", StringComparison.Ordinal));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static void ShouldBeWholeBehindZeros(string found, string whole)
    {
        byte[] expected = File.ReadAllBytes(whole);
        expected.AsSpan(0, 100_000).Clear();
        File.ReadAllBytes(found).ShouldBe(expected);
    }
}
