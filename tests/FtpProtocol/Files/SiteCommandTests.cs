using Hpc.Storage;

namespace Hpc.FtpProtocol.Tests.Files;

public sealed class SiteCommandTests
{
    [Fact]
    public async Task SITE_CHMOD_sets_permission_bits()
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        await rig.WriteAsync("/a b");

        await rig.SayAsync("SITE CHMOD 640 a b", 200);
        ((await rig.StatAsync("/a b")).Mode & 0xFFF).ShouldBe(0x1A0u);
        await rig.SayAsync("SITE chmod 0755 a b", 200);
        ((await rig.StatAsync("/a b")).Mode & 0xFFF).ShouldBe(0x1EDu);
        await rig.SayAsync("SITE CHMOD 888 a b", 501);
        await rig.SayAsync("SITE CHMOD 17777 a b", 501);
        await rig.SayAsync("SITE CHMOD u+x a b", 501);
        await rig.SayAsync("SITE CHMOD 640", 501);
        await rig.SayAsync("SITE CHMOD 640 missing", 550);
    }

    [Fact]
    public async Task SITE_UTIME_is_understood_in_both_orders()
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        await rig.WriteAsync("/a b");

        await rig.SayAsync("SITE UTIME 20241121001659 a b", 200);
        (await rig.StatAsync("/a b")).ModificationTime.Seconds.ShouldBe(1732148219);
        await rig.SayAsync("SITE UTIME 202411210016 a b", 200);
        (await rig.StatAsync("/a b")).ModificationTime.Seconds.ShouldBe(1732148160);
        await rig.SayAsync("SITE UTIME a b 20200101000000 20241121001659 20200101000000 UTC", 200);
        EntryAttributes attributes = await rig.StatAsync("/a b");
        attributes.ModificationTime.Seconds.ShouldBe(1732148219);
        attributes.AccessTime.Seconds.ShouldBe(1577836800);
        await rig.SayAsync("SITE UTIME x a b", 501);
        await rig.SayAsync("SITE UTIME a b 20200101000000 20241121001659 UTC", 501);
        await rig.SayAsync("SITE UTIME 20241121001659 missing", 550);
    }

    [Fact]
    public async Task SITE_SYMLINK_makes_links()
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        await rig.WriteAsync("/a b", "x");

        await rig.SayAsync("SITE SYMLINK \"a b\" link", 200);
        (await rig.StatAsync("/link")).Type.ShouldBe(EntryType.SymbolicLink);
        (await rig.ReadAsync("/link")).ShouldBe("x");
        await rig.SayAsync("SITE SYMLINK a b", 200);
        await rig.SayAsync("SITE SYMLINK a b c", 501);
        await rig.SayAsync("SITE SYMLINK a", 501);
    }

    [Fact]
    public async Task SITE_makes_and_removes_directories_and_tells_the_room()
    {
        await using FilesRig rig = await FilesRig.StartAsync();

        await rig.SayAsync("SITE MKDIR d", 257);
        await rig.SayAsync("SITE MKDIR d", 257);
        await rig.SayAsync("SITE RMDIR d", 250);
        await rig.SayAsync("SITE RMDIR d", 550);
        (await rig.SayAsync("SITE QUOTA", 200)).ShouldContain("bytes available: ");
        (await rig.SayAsync("SITE HELP", 214)).ShouldContain("CHMOD");
        await rig.SayAsync("SITE", 214);
        await rig.SayAsync("SITE CHOWN root d", 504);
        await rig.SayAsync("SITE CPFR d", 504);
        await rig.SayAsync("SITE EXEC d", 504);
    }

    [Fact]
    public async Task SITE_MKDIR_makes_what_is_missing_above_and_stops_at_a_file()
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        await rig.WriteAsync("/file");

        await rig.SayAsync("SITE MKDIR a/b/c d/e", 257);
        (await rig.StatAsync("/a/b/c d/e")).Type.ShouldBe(EntryType.Directory);
        await rig.SayAsync("SITE MKDIR a/b/c d/f", 257);
        await rig.SayAsync("SITE MKDIR /", 257);
        await rig.SayAsync("SITE MKDIR file", 550);
        await rig.SayAsync("SITE MKDIR file/x/y", 550);
        await rig.SayAsync("SITE MKDIR", 501);
    }

    [Fact]
    public async Task SITE_can_be_off()
    {
        await using FilesRig rig = await FilesRig.StartAsync(new FtpServerOptions { Site = false });
        (await rig.SayAsync("FEAT", 211)).ShouldNotContain("SITE");
        await rig.SayAsync("SITE CHMOD 640 a", 500);
    }
}
