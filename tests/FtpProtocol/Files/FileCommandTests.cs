using System.Globalization;
using Hpc.Storage;
using Hpc.TestKit;

namespace Hpc.FtpProtocol.Tests.Files;

public sealed class FileCommandTests
{
    [Fact]
    public async Task DELE_deletes_files_and_no_directories()
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        await rig.WriteAsync("/file");
        await rig.MakeDirectoryAsync("/dir");

        await rig.SayAsync("DELE file", 250);
        (await rig.IsThereAsync("/file")).ShouldBeFalse();
        await rig.SayAsync("DELE file", 550);
        await rig.SayAsync("DELE dir", 550);
        await rig.SayAsync("DELE", 501);
    }

    [Fact]
    public async Task RNFR_and_RNTO_rename_and_replace()
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        await rig.WriteAsync("/a", "new");
        await rig.WriteAsync("/b", "old");

        await rig.SayAsync("RNTO b", 503);
        await rig.SayAsync("RNFR missing", 550);
        await rig.SayAsync("RNTO b", 503);
        await rig.SayAsync("RNFR a", 350);
        await rig.SayAsync("RNTO b", 250);
        (await rig.ReadAsync("/b")).ShouldBe("new");
        await rig.SayAsync("RNTO c", 503);
    }

    [Fact]
    public async Task A_command_in_between_forgets_RNFR()
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        await rig.WriteAsync("/a");

        await rig.SayAsync("RNFR a", 350);
        await rig.SayAsync("MKD d", 257);
        await rig.SayAsync("RNTO b", 503);
        (await rig.IsThereAsync("/a")).ShouldBeTrue();
    }

    [Fact]
    public async Task SIZE_is_that_of_a_file_in_binary()
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        await rig.WriteAsync("/a b", "12345");
        await rig.MakeDirectoryAsync("/d");

        await rig.SayAsync("TYPE I", 200);
        (await rig.AskAsync("SIZE a b", 213)).ShouldBe("5");
        await rig.SayAsync("SIZE d", 550);
        await rig.SayAsync("SIZE missing", 550);
        await rig.SayAsync("TYPE A", 200);
        await rig.SayAsync("SIZE a b", 550);
    }

    [Fact]
    public async Task MDTM_MFMT_and_MFF_are_UTC_times_of_files_and_directories()
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        await rig.WriteAsync("/a b");
        await rig.MakeDirectoryAsync("/d");

        (await rig.AskAsync("MFMT 20241121001659 a b", 213)).ShouldBe("Modify=20241121001659; a b");
        (await rig.AskAsync("MDTM a b", 213)).ShouldBe("20241121001659");
        (await rig.StatAsync("/a b")).ModificationTime.Seconds.ShouldBe(1732148219);
        (await rig.AskAsync("MFF Modify=20200101000000;UNIX.mode=0640; a b", 213)).ShouldBe("Modify=20200101000000;UNIX.mode=0640; a b");
        (await rig.AskAsync("MDTM a b", 213)).ShouldBe("20200101000000");
        ((await rig.StatAsync("/a b")).Mode & 0xFFF).ShouldBe(0x1A0u);
        await rig.SayAsync("MFMT 20210101000000 d", 213);
        (await rig.AskAsync("MDTM d", 213)).ShouldBe("20210101000000");
        await rig.SayAsync("MDTM missing", 550);
        await rig.SayAsync("MFCT 20210101000000 d", 504);
        await rig.SayAsync("MFMT 2021 d", 501);
        await rig.SayAsync("MFMT 20211301000000 d", 501);
        await rig.SayAsync("MFMT 20210101000000 missing", 550);
        await rig.SayAsync("MFF Create=20200101000000; a b", 504);
        await rig.SayAsync("MFF Modify=x; a b", 501);
        await rig.SayAsync("MFF ; a b", 501);
    }

    [Fact]
    public async Task MDTM_with_a_time_sets_it_unless_a_file_has_that_name()
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        await rig.WriteAsync("/a");

        await rig.SayAsync("MDTM 20241121001659 a", 213);
        (await rig.AskAsync("MDTM a", 213)).ShouldBe("20241121001659");
        await rig.WriteAsync("/20200101000000 a");
        (await rig.AskAsync("MDTM 20200101000000 a", 213)).ShouldNotBe("20200101000000");
        (await rig.AskAsync("MDTM a", 213)).ShouldBe("20241121001659");
    }

    [Fact]
    public async Task AVBL_says_how_much_room_there_is()
    {
        await using FilesRig rig = await FilesRig.StartAsync();

        long.Parse(await rig.AskAsync("AVBL", 213), CultureInfo.InvariantCulture).ShouldBePositive();
        long.Parse(await rig.AskAsync("AVBL /", 213), CultureInfo.InvariantCulture).ShouldBePositive();
    }

    [Fact]
    public async Task COMB_is_off_unless_it_is_on()
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        (await rig.SayAsync("FEAT", 211)).ShouldNotContain("COMB");
        (await rig.Client.CommandAsync("COMB a b", 500)).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task COMB_appends_the_sources_and_deletes_them(bool copiesByItself)
    {
        FileSystemCapabilities lacking = copiesByItself ? FileSystemCapabilities.None : FileSystemCapabilities.ServerSideCopy;
        var files = new Storage.Memory.MemoryFileSystem(new Storage.Memory.MemoryFileSystemOptions { Capabilities = CapabilityGuard.All & ~lacking });
        await using FilesRig rig = await FilesRig.StartAsync(new FtpServerOptions { Combines = true }, files);
        await rig.WriteAsync("/whole", "1");
        await rig.WriteAsync("/part 1", "23");
        await rig.WriteAsync("/part2", "456");

        await rig.SayAsync("COMB whole \"part 1\" part2", 250);
        (await rig.ReadAsync("/whole")).ShouldBe("123456");
        (await rig.IsThereAsync("/part 1")).ShouldBeFalse();
        (await rig.IsThereAsync("/part2")).ShouldBeFalse();

        await rig.WriteAsync("/x", "7");
        await rig.SayAsync("COMB new x", 250);
        (await rig.ReadAsync("/new")).ShouldBe("7");
        await rig.SayAsync("COMB whole whole", 501);
        await rig.SayAsync("COMB whole", 501);
        await rig.SayAsync("COMB whole missing", 550);
        (await rig.ReadAsync("/whole")).ShouldBe("123456");

        // What was appended before something failed is cut off again.
        await rig.WriteAsync("/y", "8");
        await rig.SayAsync("COMB whole y missing", 550);
        (await rig.ReadAsync("/whole")).ShouldBe("123456");
        (await rig.ReadAsync("/y")).ShouldBe("8");

        // Another name of the target: what it leads to would be gone with the source.
        await rig.SayAsync("SITE SYMLINK new again", 200);
        foreach (string command in new[] { "COMB again new", "COMB new again", "COMB again y new" })
        {
            await rig.SayAsync(command, 553);
            (await rig.ReadAsync("/new")).ShouldBe("7");
            (await rig.ReadAsync("/y")).ShouldBe("8");
            (await rig.IsThereAsync("/again")).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task COMB_on_a_disk_knows_other_names_of_its_target()
    {
        using var directory = new TestDirectory();
        await using FilesRig rig = await FilesRig.StartAsync(new FtpServerOptions { Combines = true }, Storage.Local.LocalFileSystem.Open(directory.Path));
        await rig.WriteAsync("/a", "1");
        await rig.WriteAsync("/b", "2");
        await rig.SayAsync("SITE SYMLINK a link", 200);
        await rig.SayAsync("COMB link b a", 553);
        (await rig.ReadAsync("/a")).ShouldBe("1");
        (await rig.ReadAsync("/b")).ShouldBe("2");
        await rig.SayAsync("COMB link b", 250);
        (await rig.ReadAsync("/a")).ShouldBe("12");
        (await rig.IsThereAsync("/b")).ShouldBeFalse();
    }
}
