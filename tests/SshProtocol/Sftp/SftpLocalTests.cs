#pragma warning disable CA5350, CA5351 // The hashes that check-file knows.
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Hpc.SshProtocol.Sftp;
using Hpc.SshProtocol.Sftp.Client;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.Storage;
using Hpc.Storage.Local;

namespace Hpc.SshProtocol.Tests.Sftp;

/// <summary>Client and server together, over a directory of this machine.</summary>
public sealed class SftpLocalTests : IAsyncLifetime
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    private readonly string _root = Directory.CreateTempSubdirectory("hpc-sftp-").FullName;
    private LocalFileSystem _files = null!;
    private SftpSession _session = null!;
    private SftpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _files = LocalFileSystem.Open(_root);
        _session = new SftpSession(_files, new SftpServerOptions { UserName = "ann", UserId = 1 });
        _client = await SftpClient.StartAsync(new LoopbackChannel(_session.Channel), Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _session.EndAsync();
        await _client.DisposeAsync();
        _session.Dispose();
        _files.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(32768)]
    [InlineData(3_000_001)]
    public async Task A_file_goes_up_and_comes_down_unchanged(int length)
    {
        byte[] content = RandomNumberGenerator.GetBytes(length);
        (await _client.UploadAsync(new MemoryStream(content), "/file name\n'\"😀", Ct)).ShouldBe(length);
        (await File.ReadAllBytesAsync(Path.Combine(_root, "file name\n'\"😀"), Ct)).AsSpan().SequenceEqual(content).ShouldBeTrue();
        using var target = new MemoryStream();
        (await _client.DownloadAsync("/file name\n'\"😀", target, Ct)).ShouldBe(length);
        target.ToArray().AsSpan().SequenceEqual(content).ShouldBeTrue();
        using var large = new MemoryStream();
        (await _client.DownloadAsync("/file name\n'\"😀", large, Ct, outstanding: 4, requestLength: 261_120)).ShouldBe(length);
        large.ToArray().AsSpan().SequenceEqual(content).ShouldBeTrue();
        (await _client.StatAsync("/file name\n'\"😀", Ct)).Size.ShouldBe(length);
    }

    [Fact]
    public async Task Requests_at_random_leave_and_return_what_a_model_has()
    {
        var random = new Random(11);
        byte[] model = new byte[2_000_000];
        int length = 0;
        SftpRemoteFile file = await _client.OpenAsync("/f", OpenFlags.Read | OpenFlags.Write | OpenFlags.Create, null, Ct);
        for (int round = 0; round < 60; round++)
        {
            // Outstanding together: the server does them in order.
            var writes = new List<Task<SftpPacket>>();
            for (int i = 0; i < 10; i++)
            {
                byte[] data = RandomNumberGenerator.GetBytes(random.Next(1, 60_000));
                int offset = random.Next(model.Length - data.Length);
                data.CopyTo(model, offset);
                length = Math.Max(length, offset + data.Length);
                writes.Add(await file.SendWriteAsync(offset, data, Ct));
            }

            var reads = new List<(int Offset, int Count, Task<SftpPacket> Reply)>();
            for (int i = 0; i < 10; i++)
            {
                (int offset, int count) = (random.Next(length), random.Next(1, 300_000));
                reads.Add((offset, count, await file.SendReadAsync(offset, count, Ct)));
            }

            foreach (Task<SftpPacket> write in writes)
            {
                using SftpPacket packet = await write;
                SftpClient.ThrowUnlessOk(packet);
            }

            byte[] buffer = new byte[300_000];
            foreach ((int offset, int count, Task<SftpPacket> reply) in reads)
            {
                using SftpPacket packet = await reply;
                int got = SftpRemoteFile.CopyData(packet, buffer);
                got.ShouldBe(Math.Min(Math.Min(count, 261_120), length - offset));
                buffer.AsSpan(0, got).SequenceEqual(model.AsSpan(offset, got)).ShouldBeTrue();
            }
        }

        await file.CloseAsync(Ct);
        (await File.ReadAllBytesAsync(Path.Combine(_root, "f"), Ct)).AsSpan().SequenceEqual(model.AsSpan(0, length)).ShouldBeTrue();
    }

    [Fact]
    public async Task Names_are_made_listed_renamed_and_removed()
    {
        await _client.MakeDirectoryAsync("/d", 0x1C0, Ct);
        await _client.UploadAsync(new MemoryStream([1]), "/d/a", Ct);
        await _client.UploadAsync(new MemoryStream([1, 2]), "/d/b", Ct);
        await _client.CreateSymbolicLinkAsync("/d/link", "a", Ct);
        (await _client.ReadSymbolicLinkAsync("/d/link", Ct)).ShouldBe("a");
        (await _client.LinkStatAsync("/d/link", Ct)).Type.ShouldBe(EntryType.SymbolicLink);
        (await _client.StatAsync("/d/link", Ct)).Size.ShouldBe(1);

        List<SftpListEntry> entries = await _client.ListAsync("/d", Ct);
        entries.Take(2).Select(e => e.Name).ShouldBe([".", ".."]);
        entries.Skip(2).Select(e => e.Name).Order().ShouldBe(["a", "b", "link"]);
        SftpListEntry b = entries.Single(e => e.Name == "b");
        b.Attributes.Size.ShouldBe(2);
        b.LongName.ShouldStartWith("-rw");
        b.LongName.ShouldEndWith(" b");
        b.LongName.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(9);

        (await Should.ThrowAsync<SftpClientException>(_client.RenameAsync("/d/a", "/d/b", RenameMode.NoReplace, Ct))).Status.ShouldBe(SftpStatus.Failure);
        await _client.RenameAsync("/d/a", "/d/b", RenameMode.Replace, Ct);
        (await _client.StatAsync("/d/b", Ct)).Size.ShouldBe(1);
        (await Should.ThrowAsync<SftpClientException>(_client.RemoveDirectoryAsync("/d", Ct))).Status.ShouldBe(SftpStatus.Failure);
        await _client.CreateHardLinkAsync("/d/b", "/d/hard", Ct);
        await _client.RemoveAsync("/d/b", Ct);
        await _client.RemoveAsync("/d/hard", Ct);
        await _client.RemoveAsync("/d/link", Ct);
        await _client.RemoveDirectoryAsync("/d", Ct);
        (await Should.ThrowAsync<SftpClientException>(_client.StatAsync("/d", Ct))).Status.ShouldBe(SftpStatus.NoSuchFile);
    }

    [Fact]
    public async Task A_large_directory_is_listed_once_in_bounded_replies()
    {
        Directory.CreateDirectory(Path.Combine(_root, "many"));
        for (int i = 0; i < 2000; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(_root, "many", $"{new string('n', 200)}{i}"), [], Ct);
        }

        List<SftpListEntry> entries = await _client.ListAsync("/many", Ct);
        entries.Count.ShouldBe(2002);
        entries.Select(e => e.Name).Distinct().Count().ShouldBe(2002);
    }

    [Fact]
    public async Task Attributes_are_set_each_alone()
    {
        await _client.UploadAsync(new MemoryStream(new byte[10]), "/f", Ct);
        await _client.SetStatAsync("/f", new AttributeChanges { Size = 5 }, Ct);
        await _client.SetStatAsync("/f", new AttributeChanges { Permissions = 0x180 }, Ct);
        await _client.SetStatAsync("/f", new AttributeChanges { AccessTime = new FileTime(1_000_000), ModificationTime = new FileTime(4_000_000_000) }, Ct);
        EntryAttributes attributes = await _client.StatAsync("/f", Ct);
        attributes.Size.ShouldBe(5);
        (attributes.Mode & 0x1FF).ShouldBe(0x180u);
        attributes.ModificationTime.Seconds.ShouldBe(4_000_000_000);
        attributes.AccessTime.Seconds.ShouldBe(1_000_000);
    }

    [Fact]
    public async Task Real_paths_are_absolute_and_stay_below_the_root()
    {
        Directory.CreateDirectory(Path.Combine(_root, "d"));
        (await _client.RealPathAsync("", Ct)).ShouldBe("/");
        (await _client.RealPathAsync(".", Ct)).ShouldBe("/");
        (await _client.RealPathAsync("..", Ct)).ShouldBe("/");
        (await _client.RealPathAsync("../../../etc/passwd", Ct)).ShouldBe("/etc/passwd");
        (await _client.RealPathAsync("d/", Ct)).ShouldBe("/d");
        (await _client.RealPathAsync("/d/missing", Ct)).ShouldBe("/d/missing");
        (await ExpandAsync("~")).ShouldBe("/");
        (await ExpandAsync("~/x")).ShouldBe("/x");
        (await ExpandAsync("~ann/x")).ShouldBe("/x");
        (await ExpandAsync("d/../y")).ShouldBe("/y");
        await Should.ThrowAsync<SftpClientException>(ExpandAsync("~bob"));
    }

    [Fact]
    public async Task Open_flags_mean_what_the_draft_says()
    {
        await _client.UploadAsync(new MemoryStream([1, 2, 3]), "/f", Ct);
        (await Should.ThrowAsync<SftpClientException>(_client.OpenAsync("/f", OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive, null, Ct))).Status.ShouldBe(SftpStatus.Failure);
        (await Should.ThrowAsync<SftpClientException>(_client.OpenAsync("/none", OpenFlags.Write, null, Ct))).Status.ShouldBe(SftpStatus.NoSuchFile);
        SftpRemoteFile append = await _client.OpenAsync("/f", OpenFlags.Write | OpenFlags.Append, null, Ct);
        await append.WriteAsync(0, new byte[] { 4 }, Ct);
        await append.WriteAsync(0, new byte[] { 5 }, Ct);
        await append.SyncAsync(Ct);
        (await append.StatAsync(Ct)).Size.ShouldBe(5);
        await append.CloseAsync(Ct);
        (await File.ReadAllBytesAsync(Path.Combine(_root, "f"), Ct)).ShouldBe([1, 2, 3, 4, 5]);
        SftpRemoteFile truncated = await _client.OpenAsync("/f", OpenFlags.Write | OpenFlags.Truncate, null, Ct);
        (await truncated.StatAsync(Ct)).Size.ShouldBe(0);
        await truncated.CloseAsync(Ct);
    }

    [Fact]
    public async Task Limits_and_space_are_told()
    {
        byte[] limits = await _client.ExtendedAsync("limits@openssh.com", default, Ct);
        limits.Length.ShouldBe(32);
        BinaryPrimitives.ReadUInt64BigEndian(limits).ShouldBe(262144ul);
        BinaryPrimitives.ReadUInt64BigEndian(limits.AsSpan(8)).ShouldBe(261120ul);
        byte[] space = await _client.ExtendedAsync("statvfs@openssh.com", new SftpFieldWriter().Path("/").Fields, Ct);
        space.Length.ShouldBe(88);
        BinaryPrimitives.ReadUInt64BigEndian(space.AsSpan(80)).ShouldBe(255ul);
        (await _client.ExtendedAsync("space-available", new SftpFieldWriter().Path("/").Fields, Ct)).Length.ShouldBe(36);
        byte[] names = await _client.ExtendedAsync("users-groups-by-id@openssh.com", new SftpFieldWriter().Bytes([0, 0, 0, 0, 0, 0, 0, 1]).Bytes([0, 0, 0, 1]).Fields, Ct);
        names.ShouldBe([0, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0, 3, (byte)'a', (byte)'n', (byte)'n', 0, 0, 0, 4, 0, 0, 0, 0]);
    }

    [Fact]
    public async Task Hashes_are_those_of_the_range_and_its_blocks()
    {
        byte[] content = RandomNumberGenerator.GetBytes(1_000_000);
        await _client.UploadAsync(new MemoryStream(content), "/f", Ct);
        await CheckIsAsync("sha256", SHA256.HashData(content), "md4,sha256", 0, 0, 0);
        await CheckIsAsync("md5", MD5.HashData(content.AsSpan(10, 1000)), "md5", 10, 1000, 0);
        byte[] blocks = [.. content.Chunk(300_000).SelectMany(SHA1.HashData)];
        await CheckIsAsync("sha1", blocks, "sha1", 0, 0, 300_000);
        await CheckIsAsync("sha1", blocks[..60], "sha1", 0, 900_000, 300_000);
        await CheckIsAsync("sha1", SHA1.HashData([]), "sha1", 2_000_000, 100, 0);
        await File.WriteAllTextAsync(Path.Combine(_root, "f"), "123456789", Ct);
        await CheckIsAsync("crc32", [0xCB, 0xF4, 0x39, 0x26], "crc32", 0, 0, 0);
        await Should.ThrowAsync<SftpClientException>(CheckAsync("sha1", 0, 0, 255));
        await Should.ThrowAsync<SftpClientException>(CheckAsync("rot13", 0, 0, 0));
        await _client.SetStatAsync("/f", new AttributeChanges { Size = 1L << 40 }, Ct);
        (await Should.ThrowAsync<SftpClientException>(CheckAsync("sha1", 0, 0, 256))).Message.ShouldContain("Too many blocks");
    }

    [Fact]
    public async Task Data_is_copied_within_the_server_unless_it_overlaps()
    {
        byte[] content = RandomNumberGenerator.GetBytes(1_500_000);
        await _client.UploadAsync(new MemoryStream(content), "/from", Ct);
        SftpRemoteFile from = await _client.OpenAsync("/from", OpenFlags.Read | OpenFlags.Write, null, Ct);
        SftpRemoteFile to = await _client.OpenAsync("/to", OpenFlags.Write | OpenFlags.Create, null, Ct);
        await CopyAsync(from, 0, 0, to, 0);
        (await File.ReadAllBytesAsync(Path.Combine(_root, "to"), Ct)).AsSpan().SequenceEqual(content).ShouldBeTrue();
        await CopyAsync(from, 100, 50, to, 1_500_000);
        (await to.StatAsync(Ct)).Size.ShouldBe(1_500_050);
        await CopyAsync(from, 0, 100, from, 100);
        await Should.ThrowAsync<SftpClientException>(CopyAsync(from, 0, 100, from, 99));
        await Should.ThrowAsync<SftpClientException>(CopyAsync(from, 0, 0, from, 2_000_000));
        await Should.ThrowAsync<SftpClientException>(CopyAsync(from, ulong.MaxValue, 0, to, 0));
        await Should.ThrowAsync<SftpClientException>(CopyAsync(from, 0, ulong.MaxValue, to, 0));
        await Should.ThrowAsync<SftpClientException>(CopyAsync(to, 0, 1, from, 0));
    }

    [Fact]
    public void A_long_name_is_a_line_of_ls()
    {
        var format = new Hpc.SshProtocol.Sftp.Operations.LongNameFormat(new SftpServerOptions { UserName = "ann", UserId = 7, Time = new StoppedClock() });
        var attributes = new EntryAttributes { Mode = 0x8000 | 0x9E8, LinkCount = 1, Size = 4096, UserId = 7, GroupId = 100, ModificationTime = new FileTime(StoppedClock.Now - 3600) };
        format.Columns(attributes).ShouldBe("-rwsr-x---   1 ann      100          4096 Nov 20 23:00 ");
        format.Columns(attributes with { Mode = 0x4000 | 0x3ED, ModificationTime = new FileTime(0) }).ShouldBe("drwxr-xr-t   1 ann      100          4096 Jan  1  1970 ");
        format.Columns(attributes with { Mode = 0xA1FF, ModificationTime = new FileTime(StoppedClock.Now + 5) }).ShouldBe("lrwxrwxrwx   1 ann      100          4096 Nov 21  2026 ");
    }

    private async Task<string> ExpandAsync(string path)
    {
        using SftpPacket packet = await _client.AskAsync(
            SftpMessageType.Extended, new SftpFieldWriter().Path("expand-path@openssh.com").Path(path).Fields, SftpMessageType.Name, Ct);
        int length = (int)BinaryPrimitives.ReadUInt32BigEndian(packet.Body.Span[4..]);
        return Encoding.UTF8.GetString(packet.Body.Span.Slice(8, length));
    }

    private async Task<(string Algorithm, byte[] Hashes)> CheckAsync(string algorithms, ulong start, ulong length, uint blockSize)
    {
        byte[] reply = await _client.ExtendedAsync(
            "check-file-name", new SftpFieldWriter().Path("/f").Path(algorithms).UInt64(start).UInt64(length).UInt32(blockSize).Fields, Ct);
        reply.AsSpan(0, 14).SequenceEqual("\0\0\0\ncheck-file"u8).ShouldBeTrue();
        int name = reply[17];
        return (Encoding.ASCII.GetString(reply, 18, name), reply[(18 + name)..]);
    }

    private async Task CheckIsAsync(string algorithm, byte[] hashes, string algorithms, ulong start, ulong length, uint blockSize)
    {
        (string used, byte[] found) = await CheckAsync(algorithms, start, length, blockSize);
        used.ShouldBe(algorithm);
        found.ShouldBe(hashes);
    }

    private Task CopyAsync(SftpRemoteFile from, ulong fromOffset, ulong length, SftpRemoteFile to, ulong toOffset) => _client.DoAsync(
        SftpMessageType.Extended,
        new SftpFieldWriter().Path("copy-data").Bytes(from.Handle).UInt64(fromOffset).UInt64(length).Bytes(to.Handle).UInt64(toOffset).Fields,
        Ct);

    private sealed class StoppedClock : TimeProvider
    {
        // 2026-11-21 00:00 UTC
        public const long Now = 1_795_219_200;

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(Now);
    }
}
