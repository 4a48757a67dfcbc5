using System.Buffers.Binary;
using System.Text;
using Hpc.SshProtocol.Sftp;
using Hpc.SshProtocol.Sftp.Client;
using Hpc.SshProtocol.Sftp.Operations;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.Storage;
using Hpc.Storage.Local;

namespace Hpc.SshProtocol.Tests.Sftp;

/// <summary>Listings that are streamed, beside the plain way of making them.</summary>
public sealed class SftpListingTests
{
    private const long Now = 1_795_219_200;

    public static TheoryData<string> Zones => ["UTC", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Monrovia", "Pacific/Kiritimati"];

    [Theory]
    [MemberData(nameof(Zones))]
    public void Remembered_columns_are_those_that_are_made_anew(string zone)
    {
        var random = new Random(zone.Length);
        var clock = new Clock(Zone(zone));
        var options = new SftpServerOptions { UserName = "änn", UserId = 7, GroupId = 8, Time = clock };
        var writer = new LongNameWriter(options);
        byte[] expected = new byte[4096];
        byte[] written = new byte[4096];
        for (int i = 0; i < 20_000; i++)
        {
            if (i % 1000 == 0)
            {
                clock.Seconds = Now + random.Next(400) * 86400L;
                writer.Begin();
            }

            var format = new LongNameFormat(options);
            DirectoryEntry entry = Entry(random, clock.Seconds);
            int length = format.WriteEntry(expected, entry);
            writer.WriteEntry(written, PathText.Encode(entry.Name), entry.Attributes).ShouldBe(length);
            written.AsSpan(0, length).SequenceEqual(expected.AsSpan(0, length)).ShouldBeTrue(
                $"{Encoding.UTF8.GetString(expected, 0, length)} | {Encoding.UTF8.GetString(written, 0, length)}");
        }
    }

    [Fact]
    public void An_entry_that_does_not_fit_is_not_begun()
    {
        var writer = new LongNameWriter(new SftpServerOptions());
        writer.Begin();
        byte[] room = new byte[600];
        int length = writer.WriteEntry(room, "name"u8, new EntryAttributes { LinkCount = 1 });
        length.ShouldBeGreaterThan(0);
        for (int i = 0; i < length; i++)
        {
            Array.Clear(room);
            writer.WriteEntry(room.AsSpan(0, i), "name"u8, new EntryAttributes { LinkCount = 1 }).ShouldBe(0);
            room.ShouldAllBe(b => b == 0);
        }
    }

    [Fact]
    public async Task A_streamed_listing_has_what_the_reader_lists()
    {
        string root = Directory.CreateTempSubdirectory("hpc-list-").FullName;
        try
        {
            Make(root, new Random(5));
            using LocalFileSystem files = LocalFileSystem.Open(root);
            var options = new SftpServerOptions { UserName = "ann", UserId = 0, Time = new Clock(TimeZoneInfo.Utc) };
            using var session = new SftpSession(files, options);
            await using SftpClient client = await SftpClient.StartAsync(new LoopbackChannel(session.Channel), default);
            List<byte[]> replies = await RepliesAsync(client, "/");

            var expected = new List<byte[]>();
            var format = new LongNameFormat(options);
            byte[] buffer = new byte[4096];
            VirtualPath.TryParse("/", VirtualPath.Root, out VirtualPath path).ShouldBeTrue();
            EntryAttributes own = (await files.GetAttributesAsync(path, default)).Value;
            List<DirectoryEntry> entries = [new(".", own), new("..", own)];
            await using IDirectoryReader reader = (await files.OpenDirectoryAsync(path, default)).Value;
            while ((await reader.ReadAsync(entries, 77, default)).Value > 0)
            {
            }

            expected.AddRange(entries.Select(entry => buffer[..format.WriteEntry(buffer, entry)]));
            expected.Count.ShouldBe(3002);

            // Reading a directory changes when it was read, so its own entry and its parent's are compared by their names and lines.
            int dots = expected[0].Length + expected[1].Length;
            byte[] streamed = [.. replies.SelectMany(Body)];
            byte[] listed = [.. expected.SelectMany(e => e)];
            streamed.AsSpan(dots).SequenceEqual(listed.AsSpan(dots)).ShouldBeTrue();
            for (int at = 0; at < dots; at += expected[0].Length)
            {
                int line = expected[at == 0 ? 0 : 1].Length - SftpAttributes.WrittenLength;
                streamed.AsSpan(at, line).SequenceEqual(listed.AsSpan(at, line)).ShouldBeTrue();
            }

            replies.Sum(r => BinaryPrimitives.ReadUInt32BigEndian(r)).ShouldBe(3002);
            replies.Count.ShouldBeLessThan(20);
            replies.ShouldAllBe(r => r.Length <= 64 * 1024);
            await session.EndAsync();
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }

        static byte[] Body(byte[] reply) => reply[4..];
    }

    [Fact]
    public async Task An_empty_directory_ends_after_its_dots_and_stays_ended()
    {
        string root = Directory.CreateTempSubdirectory("hpc-list-").FullName;
        try
        {
            using LocalFileSystem files = LocalFileSystem.Open(root);
            using var session = new SftpSession(files);
            await using SftpClient client = await SftpClient.StartAsync(new LoopbackChannel(session.Channel), default);
            using SftpPacket opened = await client.AskAsync(SftpMessageType.OpenDirectory, new SftpFieldWriter().Path("/").Fields, SftpMessageType.Handle, default);
            byte[] handle = opened.Body.Span[4..].ToArray();
            using SftpPacket first = await client.AskAsync(SftpMessageType.ReadDirectory, new SftpFieldWriter().Bytes(handle).Fields, SftpMessageType.Name, default);
            BinaryPrimitives.ReadUInt32BigEndian(first.Body.Span).ShouldBe(2u);
            for (int i = 0; i < 3; i++)
            {
                await File.WriteAllTextAsync(Path.Combine(root, $"late{i}"), "", default);
                (await Should.ThrowAsync<SftpClientException>(
                    client.AskAsync(SftpMessageType.ReadDirectory, new SftpFieldWriter().Bytes(handle).Fields, SftpMessageType.Name, default))).Status.ShouldBe(SftpStatus.EndOfFile);
            }

            await session.EndAsync();
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<List<byte[]>> RepliesAsync(SftpClient client, string path)
    {
        using SftpPacket opened = await client.AskAsync(SftpMessageType.OpenDirectory, new SftpFieldWriter().Path(path).Fields, SftpMessageType.Handle, default);
        byte[] handle = opened.Body.Span[4..].ToArray();
        var replies = new List<byte[]>();
        while (true)
        {
            try
            {
                using SftpPacket packet = await client.AskAsync(SftpMessageType.ReadDirectory, new SftpFieldWriter().Bytes(handle).Fields, SftpMessageType.Name, default);
                replies.Add(packet.Body.ToArray());
            }
            catch (SftpClientException exception) when (exception.Status == SftpStatus.EndOfFile)
            {
                return replies;
            }
        }
    }

    private static void Make(string root, Random random)
    {
        for (int i = 0; i < 3000; i++)
        {
            string name = Path.Combine(root, $"{i}-{new string('é', random.Next(60))}");
            switch (random.Next(5))
            {
                case 0:
                    Directory.CreateDirectory(name);
                    break;
                case 1:
                    File.CreateSymbolicLink(name, "nowhere");
                    break;
                default:
                    File.WriteAllBytes(name, new byte[random.Next(2000)]);
                    File.SetLastWriteTimeUtc(name, DateTimeOffset.FromUnixTimeSeconds(Now - random.Next(400) * 86400L).UtcDateTime);
                    break;
            }
        }
    }

    private static DirectoryEntry Entry(Random random, long now)
    {
        byte[] name = new byte[random.Next(1, 256)];
        for (int i = 0; i < name.Length; i++)
        {
            name[i] = (byte)(random.Next(4) == 0 ? random.Next(0x80, 0x100) : random.Next(0x30, 0x7B));
        }

        long halfYear = 365L * 86400 / 2;
        long seconds = random.Next(8) switch
        {
            0 => now - random.Next(120),
            1 => now + random.Next(120),
            2 => now - halfYear + random.Next(-120, 120),
            3 => now - random.NextInt64(2 * halfYear),
            4 => random.NextInt64(now),
            5 => random.NextInt64(-80L * halfYear, 100L * halfYear),
            6 => random.NextInt64(),
            _ => now - 86400 * random.Next(3),
        };
        return new DirectoryEntry(PathText.Decode(name), new EntryAttributes
        {
            Mode = (uint)(random.Next(3) == 0 ? random.Next(0x10000) : 0x81A4),
            LinkCount = (uint)(random.Next(3) == 0 ? random.Next() : 1),
            UserId = (uint)random.Next(6, 9),
            GroupId = (uint)random.Next(6, 10),
            Size = random.Next(3) switch { 0 => random.NextInt64(), 1 => 0, _ => random.Next(1_000_000) },
            AccessTime = new FileTime(random.NextInt64(1L << 33)),
            ModificationTime = new FileTime(seconds, random.Next(1_000_000_000)),
        });
    }

    private static TimeZoneInfo Zone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone)
        ? zone
        : TimeZoneInfo.CreateCustomTimeZone(name, TimeSpan.FromMinutes(name.Length * 15), name, name);

    private sealed class Clock(TimeZoneInfo zone) : TimeProvider
    {
        public long Seconds { get; set; } = Now;

        public override TimeZoneInfo LocalTimeZone => zone;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(Seconds).AddMilliseconds(1);
    }
}
