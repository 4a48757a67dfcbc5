using System.Security.Cryptography;
using Hpc.FtpProtocol.Tests.Files;
using Hpc.Transport.Connections;

namespace Hpc.FtpProtocol.Tests.Hashes;

public sealed class HashCommandTests
{
    private const string Sha256Of123456789 = "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225";

    [Fact]
    public async Task HASH_says_algorithm_range_hash_and_path()
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        await rig.WriteAsync("/a b", "123456789");

        (await rig.AskAsync("HASH a b", 213)).ShouldBe($"SHA-256 0-8 {Sha256Of123456789} a b");
        await rig.SayAsync("HASH", 501);
        await rig.SayAsync("HASH missing", 550);
        await rig.SayAsync("HASH /", 550);
    }

    [Fact]
    public async Task OPTS_HASH_chooses_and_FEAT_shows_it()
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        await rig.WriteAsync("/a", "123456789");

        (await rig.AskAsync("OPTS HASH", 200)).ShouldBe("SHA-256");
        (await rig.SayAsync("FEAT", 211)).ShouldContain("HASH SHA-256*;SHA-512;");
        (await rig.AskAsync("OPTS HASH crc32", 200)).ShouldBe("CRC32");
        (await rig.SayAsync("FEAT", 211)).ShouldContain("HASH SHA-256;SHA-512;SHA-1;MD5;CRC32*");
        (await rig.AskAsync("HASH a", 213)).ShouldBe("CRC32 0-8 cbf43926 a");
        await rig.SayAsync("OPTS HASH SHA-3", 504);
        (await rig.AskAsync("OPTS HASH", 200)).ShouldBe("CRC32");
    }

    [Fact]
    public async Task RANG_chooses_a_part_for_one_HASH()
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        await rig.WriteAsync("/a", "xx123456789xx");

        await rig.SayAsync("RANG 2 10", 350);
        (await rig.AskAsync("HASH a", 213)).ShouldBe($"SHA-256 2-10 {Sha256Of123456789} a");
        (await rig.AskAsync("HASH a", 213)).ShouldStartWith("SHA-256 0-12 ");
    }

    [Theory]
    [InlineData("XCRC a b", "CBF43926")]
    [InlineData("XCRC \"a b\"", "CBF43926")]
    [InlineData("XMD5 a b", "25F9E794323B453885F5181F1B624D0B")]
    [InlineData("XSHA a b", "F7C3BC1D808E04732ADF679965CCC34CA7AE3441")]
    [InlineData("XSHA1 a b", "F7C3BC1D808E04732ADF679965CCC34CA7AE3441")]
    [InlineData("XSHA256 a b", "15E2B0D3C33891EBB0F1EF609EC419420C20E320CE94C65FBC8C3312448EB225")]
    public async Task The_old_commands_say_the_hash_alone(string command, string hash)
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        await rig.WriteAsync("/a b", "123456789");

        (await rig.AskAsync(command, 250)).ShouldBe(hash);
        await rig.SayAsync("XSHA512 a b", 250);
        (await rig.AskAsync("MD5 a b", 251)).ShouldBe("a b 25F9E794323B453885F5181F1B624D0B");
    }

    [Fact]
    public async Task The_old_commands_take_where_to_begin_and_where_to_end()
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        await rig.WriteAsync("/a b", "xx123456789xx");

        (await rig.AskAsync("XCRC \"a b\" 2 11", 250)).ShouldBe("CBF43926");
        (await rig.AskAsync("XCRC a b 2 11", 250)).ShouldBe("CBF43926");
        await rig.WriteAsync("/c", "xx123456789");
        (await rig.AskAsync("XCRC c 2", 250)).ShouldBe("CBF43926");
        await rig.SayAsync("XCRC c 3 2", 501);
        await rig.SayAsync("XCRC c 100", 501);

        // A name that is there counts first.
        await rig.WriteAsync("/c 2", "123456789");
        await rig.WriteAsync("/c", "other");
        (await rig.AskAsync("XCRC c 2", 250)).ShouldBe("CBF43926");
    }

    [Fact]
    public async Task A_long_hash_is_ended_by_ABOR_and_by_the_end_of_the_connection()
    {
        var files = new StandingFiles();
        await using FilesRig rig = await FilesRig.StartAsync(files: files);
        await rig.WriteAsync("/a", "123456789");

        files.StandsStill = true;
        await rig.Client.SendAsync("HASH a\r\nNOOP\r\nABOR\r\n");
        await rig.Client.ExpectAsync(200);
        await rig.Client.ExpectAsync(426);
        await rig.Client.ExpectAsync(226);

        await rig.Client.SendAsync("XCRC a\r\nNOOP\r\n");
        await rig.Client.ExpectAsync(200);
        rig.Client.Client.CloseOutput();
        (await rig.Client.EndAsync()).ShouldBe(ConnectionEndReason.ClosedByPeer);
        rig.Host.Gate.Grants[0].Meter.OpenHandles.ShouldBe(0);
    }

    [Fact]
    public async Task A_file_of_several_turns_is_hashed_as_a_whole()
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        byte[] content = new byte[43_000_001];
        new Random(5).NextBytes(content);
        await rig.WriteAsync("/a", content);

        (await rig.AskAsync("HASH a", 213)).ShouldBe($"SHA-256 0-43000000 {Convert.ToHexStringLower(SHA256.HashData(content))} a");
        (await rig.AskAsync("XSHA256 a 1 42000000", 250)).ShouldBe(Convert.ToHexString(SHA256.HashData(content.AsSpan(1, 41_999_999))));
    }

    [Fact]
    public async Task Hashes_can_be_off()
    {
        await using FilesRig rig = await FilesRig.StartAsync(new FtpServerOptions { Hashes = false });
        (await rig.SayAsync("FEAT", 211)).ShouldNotContain("HASH");
        await rig.SayAsync("HASH a", 500);
        await rig.SayAsync("XCRC a", 500);
    }
}
