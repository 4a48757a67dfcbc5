using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Storage.Memory;
using Hpc.TestKit;

namespace Hpc.FtpProtocol.Tests.Transfers;

/// <summary>RETR, STOR, APPE, STOU with all that is set before them.</summary>
public sealed class TransferCommandTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8_000_000)]
    public async Task What_is_stored_is_retrieved_by_the_short_way_and_by_the_plain_one(int length)
    {
        byte[] content = Random(length);
        await using TransferRig local = await TransferRig.StartAsync(LocalFileSystem.Open(_directory.Path));
        await using TransferRig memory = await TransferRig.StartAsync(new MemoryFileSystem(new MemoryFileSystemOptions { Capacity = 32L << 20 }));
        foreach (TransferRig rig in new[] { local, memory })
        {
            await rig.PutAsync("STOR a", content);
            (await rig.SayAsync("SIZE a", 213)).ShouldBe($"213 {length}");
            (await rig.GetAsync("RETR a")).AsSpan().SequenceEqual(content).ShouldBeTrue();
            rig.Host.Gate.Grants[0].Meter.BytesReceived.ShouldBe(length);
            rig.Host.Gate.Grants[0].Meter.BytesSent.ShouldBe(length);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(65_536)]
    public async Task Where_others_wait_both_replies_of_a_short_download_come_in_one_piece(int length)
    {
        byte[] content = Random(length);
        await using TransferRig rig = await TransferRig.StartAsync(LocalFileSystem.Open(_directory.Path), isThreadShared: true);
        await rig.PutAsync("STOR a", content);
        using Socket data = await rig.ConnectAsync();
        await rig.Client.SendAsync("RETR a\r\n");
        string[] replies = (await rig.Client.ReadPieceAsync()).Split("\r\n");
        replies.Length.ShouldBe(3);
        replies[0].ShouldStartWith("150 ");
        replies[1].ShouldStartWith("226 ");
        (await TransferRig.ReadAllAsync(data)).ShouldBe(content);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_connects_behind_150_gets_it_at_once(bool isLocal)
    {
        byte[] content = Random(1000);
        await using TransferRig rig = await TransferRig.StartAsync(
            isLocal ? LocalFileSystem.Open(_directory.Path) : new MemoryFileSystem(), isThreadShared: true);
        await rig.PutAsync("STOR a", content);
        int port = await rig.PrepareAsync();
        await rig.SayAsync("RETR a", 150);
        using Socket data = await TransferRig.ConnectAsync(port);
        (await TransferRig.ReadAllAsync(data)).ShouldBe(content);
        await rig.Client.ExpectAsync(226);
        await rig.PrepareAsync();
        await rig.SayAsync("RETR a", 150);
        await rig.SayAsync("ABOR", 426);
        await rig.Client.ExpectAsync(226);
    }

    [Fact]
    public async Task Clients_read_the_size_from_150()
    {
        await using TransferRig rig = await TransferRig.StartAsync();
        await rig.PutAsync("STOR a", new byte[1234]);
        using (await rig.ConnectAsync())
        {
            (await rig.SayAsync("RETR a", 150)).ShouldContain("(1234 bytes)");
        }

        await rig.Client.ReadReplyAsync();
        await rig.SayAsync("TYPE A", 200);
        using (await rig.ConnectAsync())
        {
            (await rig.SayAsync("RETR a", 150)).ShouldNotContain("1234");
        }

        await rig.Client.ReadReplyAsync();
    }

    [Fact]
    public async Task A_download_goes_on_where_REST_says_once()
    {
        await using TransferRig rig = await TransferRig.StartAsync();
        await rig.PutAsync("STOR a", "0123456789"u8.ToArray());
        await rig.SayAsync("REST 4", 350);
        (await rig.GetAsync("RETR a")).ShouldBe("456789"u8.ToArray());
        (await rig.GetAsync("RETR a")).Length.ShouldBe(10);
        await rig.SayAsync("REST 10", 350);
        (await rig.GetAsync("RETR a")).ShouldBeEmpty();
        await rig.SayAsync("REST 11", 350);
        using (await rig.ConnectAsync())
        {
            await rig.SayAsync("RETR a", 554);
        }

        await rig.SayAsync("REST 3", 350);
        await rig.SayAsync("MKD d", 257);
        (await rig.GetAsync("RETR a")).Length.ShouldBe(10);
    }

    [Fact]
    public async Task An_upload_goes_on_where_REST_says_and_never_behind_the_end()
    {
        await using TransferRig rig = await TransferRig.StartAsync();
        await rig.PutAsync("STOR a", "01234"u8.ToArray());
        await rig.SayAsync("REST 5", 350);
        await rig.PutAsync("STOR a", "56"u8.ToArray());
        await rig.SayAsync("REST 1", 350);
        await rig.PutAsync("STOR a", "xy"u8.ToArray());
        (await rig.GetAsync("RETR a")).ShouldBe("0xy3456"u8.ToArray());
        foreach ((string name, int code) in new[] { ("a", 554), ("none", 550) })
        {
            using (await rig.ConnectAsync())
            {
                await rig.SayAsync("REST 8", 350);
                await rig.SayAsync($"STOR {name}", code);
            }
        }

        await rig.SayAsync("SIZE none", 550);
        await rig.PutAsync("STOR a", "new"u8.ToArray());
        (await rig.GetAsync("RETR a")).ShouldBe("new"u8.ToArray());
    }

    [Fact]
    public async Task RANG_is_the_first_and_the_last_byte()
    {
        await using TransferRig rig = await TransferRig.StartAsync();
        await rig.PutAsync("STOR a", "0123456789"u8.ToArray());
        await rig.SayAsync("RANG 2 4", 350);
        (await rig.GetAsync("RETR a")).ShouldBe("234"u8.ToArray());
        await rig.SayAsync("RANG 8 100", 350);
        (await rig.GetAsync("RETR a")).ShouldBe("89"u8.ToArray());
        await rig.SayAsync("RANG 3 4", 350);
        await rig.PutAsync("STOR a", "ab"u8.ToArray());
        await rig.SayAsync("RANG 0 1", 350);
        await rig.PutAsync("STOR a", "xyz"u8.ToArray(), 552);
        (await rig.GetAsync("RETR a")).ShouldBe("xy2ab56789"u8.ToArray());
        await rig.SayAsync("RANG 2 4", 350);
        await rig.SayAsync("RANG 1 0", 350);
        (await rig.GetAsync("RETR a")).Length.ShouldBe(10);
        foreach (string wrong in new[] { "", "1", "4 2", "-1 2", "a b", "1 2 3", "1 99999999999999999999" })
        {
            await rig.SayAsync($"RANG {wrong}".TrimEnd(), 501);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task APPE_keeps_what_the_file_has_when_it_is_opened(bool appendsByItself)
    {
        FileSystemCapabilities lacking = appendsByItself ? FileSystemCapabilities.None : FileSystemCapabilities.Append;
        await using TransferRig rig = await TransferRig.StartAsync(new MemoryFileSystem(new MemoryFileSystemOptions { Capabilities = CapabilityGuard.All & ~lacking }));
        await using TransferRig other = await TransferRig.StartAsync(rig.Host.Files);
        string passive = await rig.SayAsync("EPSV", 229);
        await rig.SayAsync("APPE a", 150);
        await other.PutAsync("STOR a", "first"u8.ToArray());
        using (var data = new System.Net.Sockets.TcpClient())
        {
            await data.ConnectAsync(System.Net.IPAddress.Loopback, int.Parse(passive.Split("|||")[1].Split('|')[0], System.Globalization.CultureInfo.InvariantCulture));
            await data.GetStream().WriteAsync("two"u8.ToArray());
        }

        await rig.Client.ExpectAsync(226);
        (await rig.GetAsync("RETR a")).ShouldBe("firsttwo"u8.ToArray());
    }

    [Fact]
    public async Task APPE_goes_to_the_end_and_makes_what_is_not_there()
    {
        await using TransferRig rig = await TransferRig.StartAsync(LocalFileSystem.Open(_directory.Path));
        await rig.PutAsync("APPE a", "one"u8.ToArray());
        await rig.PutAsync("APPE a", "two"u8.ToArray());
        await rig.SayAsync("REST 1", 350);
        await rig.PutAsync("APPE a", "three"u8.ToArray());
        (await rig.GetAsync("RETR a")).ShouldBe("onetwothree"u8.ToArray());
    }

    [Fact]
    public async Task STOU_takes_a_name_that_is_free_and_says_which()
    {
        await using TransferRig rig = await TransferRig.StartAsync();
        string first = await rig.PutAsync("STOU", "1"u8.ToArray());
        string second = await rig.PutAsync("STOU", "2"u8.ToArray());
        first.ShouldStartWith("150 FILE: ftp.");
        second.ShouldNotBe(first);
        (await rig.PutAsync("STOU a", "3"u8.ToArray())).ShouldBe("150 FILE: a");
        string again = await rig.PutAsync("STOU a", "4"u8.ToArray());
        again.ShouldStartWith("150 FILE: a.");
        (await rig.GetAsync("RETR " + again["150 FILE: ".Length..])).ShouldBe("4"u8.ToArray());
        (await rig.GetAsync("RETR a")).ShouldBe("3"u8.ToArray());
    }

    [Fact]
    public async Task TYPE_A_changes_line_ends_and_begins_in_the_middle_of_nothing()
    {
        await using TransferRig rig = await TransferRig.StartAsync();
        await rig.SayAsync("TYPE A", 200);
        await rig.PutAsync("STOR a", "x\r\ny\r\n"u8.ToArray());
        (await rig.GetAsync("RETR a")).ShouldBe("x\r\ny\r\n"u8.ToArray());
        await rig.SayAsync("REST 2", 501);
        await rig.SayAsync("REST 0", 350);
        await rig.SayAsync("TYPE I", 200);
        (await rig.GetAsync("RETR a")).ShouldBe("x\ny\n"u8.ToArray());
        await rig.SayAsync("REST 2", 350);
        await rig.SayAsync("TYPE A N", 200);
        using (await rig.ConnectAsync())
        {
            await rig.SayAsync("RETR a", 501);
        }
    }

    [Fact]
    public async Task MODE_Z_can_be_off()
    {
        await using TransferRig rig = await TransferRig.StartAsync(options: new FtpServerOptions { ModeZ = false });
        await rig.SayAsync("MODE Z", 504);
        await rig.SayAsync("OPTS MODE Z LEVEL 1", 501);
        (await rig.SayAsync("FEAT", 211)).ShouldNotContain("MODE Z");
        await rig.SayAsync("MODE S", 200);
    }

    [Fact]
    public async Task TYPE_A_can_be_without_effect()
    {
        await using TransferRig rig = await TransferRig.StartAsync(options: new FtpServerOptions { IgnoresAsciiType = true });
        await rig.SayAsync("TYPE A", 200);
        await rig.PutAsync("STOR a", "x\r\ny\n"u8.ToArray());
        (await rig.GetAsync("RETR a")).ShouldBe("x\r\ny\n"u8.ToArray());
    }

    [Fact]
    public async Task MODE_Z_compresses_both_ways_and_listings_too()
    {
        await using TransferRig rig = await TransferRig.StartAsync();
        byte[] content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 100_000).Select(static i => $"{i}\n")));
        await rig.SayAsync("MODE Z", 200);
        await rig.SayAsync("OPTS MODE Z LEVEL 9", 200);
        await rig.PutAsync("STOR a", Deflate(content));
        byte[] wire = await rig.GetAsync("RETR a");
        Inflate(wire).ShouldBe(content);
        wire.Length.ShouldBeLessThan(content.Length / 2);
        Encoding.ASCII.GetString(Inflate(await rig.GetAsync("LIST"))).ShouldContain(" a\r\n");
        await rig.PutAsync("STOR b", [1, 2, 3], 426);
        await rig.SayAsync("MODE S", 200);
        (await rig.GetAsync("RETR a")).ShouldBe(content);
    }

    [Theory]
    [InlineData("TYPE I", 200)]
    [InlineData("TYPE i", 200)]
    [InlineData("TYPE L 8", 200)]
    [InlineData("TYPE A N", 200)]
    [InlineData("TYPE A T", 504)]
    [InlineData("TYPE E", 504)]
    [InlineData("TYPE L 7", 504)]
    [InlineData("TYPE", 501)]
    [InlineData("MODE S", 200)]
    [InlineData("MODE B", 504)]
    [InlineData("MODE", 501)]
    [InlineData("STRU F", 200)]
    [InlineData("STRU R", 504)]
    [InlineData("STRU", 501)]
    [InlineData("OPTS MODE Z LEVEL 0", 501)]
    [InlineData("OPTS MODE Z LEVEL 10", 501)]
    [InlineData("OPTS MODE Z", 200)]
    [InlineData("REST -1", 501)]
    [InlineData("REST +1", 501)]
    [InlineData("REST 1x", 501)]
    [InlineData("REST 99999999999999999999", 501)]
    [InlineData("REST", 501)]
    [InlineData("ALLO 10", 202)]
    [InlineData("ALLO 10 R 80", 202)]
    [InlineData("ALLO x", 501)]
    [InlineData("ALLO", 501)]
    [InlineData("ALLO 18446744073709551615", 552)]
    [InlineData("RETR a", 425)]
    public async Task Parameters_are_taken_or_refused(string command, int code)
    {
        await using TransferRig rig = await TransferRig.StartAsync();
        await rig.SayAsync(command, code);
    }

    [Fact]
    public async Task What_cannot_be_opened_is_refused_before_a_connection_is_used()
    {
        await using TransferRig rig = await TransferRig.StartAsync();
        await rig.SayAsync("MKD d", 257);
        using (await rig.ConnectAsync())
        {
            foreach ((string command, int code) in new[] { ("RETR none", 550), ("RETR d", 550), ("STOR d", 550), ("STOR none/a", 550), ("RETR", 501), ("STOR", 501) })
            {
                await rig.SayAsync(command, code);
            }
        }
    }

    [Fact]
    public async Task An_upload_whose_connection_never_comes_changes_nothing()
    {
        await using TransferRig rig = await TransferRig.StartAsync(
            options: new FtpServerOptions { Data = new FtpDataOptions { ConnectTimeout = TimeSpan.FromMilliseconds(50) } });
        await rig.Client.CommandAsync("MKD d", 257);
        foreach (string command in new[] { "STOR new", "APPE new", "STOU new", "STOU", "STOR d/new" })
        {
            await rig.SayAsync("EPSV", 229);
            await rig.SayAsync(command, 150);
            await rig.Client.ExpectAsync(425);
            await rig.SayAsync("SIZE new", 550);
        }

        StorageResult<IFileHandle> opened = await rig.Host.Files.OpenFileAsync(
            VirtualPath.Root.Combine("old"), OpenFlags.Write | OpenFlags.Create, null, TestContext.Current.CancellationToken);
        byte[] content = GC.AllocateArray<byte>(100, pinned: true);
        (await opened.Value.WriteAsync(0, new[] { Segment(content) }, TestContext.Current.CancellationToken)).Value.ShouldBe(100);
        await opened.Value.CloseAsync();
        await rig.SayAsync("EPSV", 229);
        await rig.SayAsync("STOR old", 150);
        await rig.Client.ExpectAsync(425);
        (await rig.SayAsync("SIZE old", 213)).ShouldBe("213 100");
    }

    private static unsafe PinnedSegment Segment(byte[] pinned) =>
        new((byte*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0), (nuint)pinned.Length);

    private static byte[] Random(int length)
    {
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }

    private static byte[] Deflate(byte[] content)
    {
        using var wire = new MemoryStream();
        using (var zlib = new ZLibStream(wire, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(content);
        }

        return wire.ToArray();
    }

    private static byte[] Inflate(byte[] wire)
    {
        using var zlib = new ZLibStream(new MemoryStream(wire), CompressionMode.Decompress);
        using var content = new MemoryStream();
        zlib.CopyTo(content);
        return content.ToArray();
    }
}
