using Hpc.FtpProtocol.Tests.Files;

namespace Hpc.FtpProtocol.Tests.Listings;

public sealed class ListCommandTests
{
    //  drwxr-xr-x   2 1000     1000             4096 Nov 21 00:16 name
    private const int NameColumn = 59;

    [Fact]
    public async Task A_directory_that_is_not_there_is_not_shown_by_itself_either()
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        await rig.MakeDirectoryAsync("/d");
        (await rig.ListAsync("LIST -d d")).Length.ShouldBe(1);
        await rig.RefusedListAsync("LIST -d missing", 550);
        await rig.RefusedListAsync("NLST -d missing", 550);
    }

    [Fact]
    public async Task MLSD_has_the_directory_the_one_above_and_the_entries()
    {
        await using FilesRig rig = await FilledAsync();

        await rig.SayAsync("OPTS MLST type;", 200);
        (await rig.ListAsync("MLSD")).Order(StringComparer.Ordinal).ShouldBe(["type=cdir; .", "type=dir; d", "type=file; -l", "type=file; a.txt", "type=file; b.xml"]);
        (await rig.ListAsync("MLSD d")).Order(StringComparer.Ordinal).ShouldBe(["type=cdir; .", "type=file; in d.txt", "type=pdir; .."]);
        await rig.RefusedListAsync("MLSD a.txt", 501);
        await rig.RefusedListAsync("MLSD missing", 550);
        await rig.RefusedListAsync("MLSD *", 550);
    }

    [Fact]
    public async Task MLST_tells_of_one_entry_on_the_control_connection()
    {
        await using FilesRig rig = await FilledAsync();
        await rig.SayAsync("MFMT 20241121001659 a.txt", 213);

        await rig.SayAsync("OPTS MLST type;size;modify;", 200);
        (await rig.SayAsync("MLST a.txt", 250)).Split('\n')[1].ShouldBe(" type=file;size=3;modify=20241121001659; /a.txt");
        (await rig.SayAsync("FEAT", 211)).ShouldContain(" MLST type*;size*;modify*;perm;unique;UNIX.mode;UNIX.owner;UNIX.group;");
        (await rig.AskAsync("OPTS MLST", 200)).ShouldBe("MLST OPTS");
        (await rig.SayAsync("MLST", 250)).Split('\n')[1].ShouldBe("  /");
        await rig.SayAsync("MLST missing", 550);
    }

    [Theory]
    [InlineData("LIST")]
    [InlineData("LIST -l ")]
    [InlineData("LIST -aL .", ".")]
    [InlineData("LIST -a", ".")]
    [InlineData("LIST -a -l /", ".")]
    [InlineData("LIST /")]
    [InlineData("LIST ~")]
    public async Task Options_are_left_out(string command, string? also = null)
    {
        await using FilesRig rig = await FilledAsync();
        if (command == "LIST -l ")
        {
            // Where such a name is there, it is that.
            (await rig.ListAsync("LIST -l")).ShouldHaveSingleItem().ShouldEndWith(" -l");
            await rig.SayAsync("DELE -l", 250);
            await rig.WriteAsync("/-x");
        }

        string[] names = [.. (await rig.ListAsync(command)).Select(static line => line[NameColumn..]).Order(StringComparer.Ordinal)];
        string[] expected = command == "LIST -l " ? ["-x", "a.txt", "b.xml", "d"] : ["-l", "a.txt", "b.xml", "d"];
        names.ShouldBe(also is null ? expected : [expected[0], also, .. expected[1..]]);
    }

    [Fact]
    public async Task The_path_behind_options_is_listed()
    {
        await using FilesRig rig = await FilledAsync();

        (await rig.ListAsync("LIST -al d")).Length.ShouldBe(3);
        (await rig.ListAsync("LIST -l d")).ShouldHaveSingleItem().ShouldEndWith(" in d.txt");
        (await rig.ListAsync("LIST d/in d.txt")).ShouldHaveSingleItem().ShouldEndWith(" in d.txt");
        (await rig.ListAsync("LIST -- -l")).ShouldHaveSingleItem().ShouldEndWith(" -l");
        (await rig.ListAsync("LIST --dired -l d")).ShouldHaveSingleItem().ShouldEndWith(" in d.txt");
        (await rig.ListAsync("LIST -d")).ShouldHaveSingleItem().ShouldEndWith(" .");
        await rig.RefusedListAsync("LIST missing", 550);
        await rig.RefusedListAsync("LIST -a missing", 550);
    }

    [Fact]
    public async Task A_pattern_is_for_the_last_element_alone()
    {
        await using FilesRig rig = await FilledAsync();

        (await rig.ListAsync("LIST *.txt")).ShouldHaveSingleItem().ShouldEndWith(" a.txt");
        (await rig.ListAsync("LIST d/*.txt")).ShouldHaveSingleItem().ShouldEndWith(" in d.txt");
        (await rig.ListAsync("NLST [ab].*")).Order(StringComparer.Ordinal).ShouldBe(["a.txt", "b.xml"]);
        (await rig.ListAsync("NLST d/*")).ShouldBe(["d/in d.txt"]);
        (await rig.ListAsync("LIST *.none")).ShouldBeEmpty();
        await rig.RefusedListAsync("LIST */in*", 550);
        (await rig.ListAsync("NLST d/*/../*")).ShouldBe(["d/*/../in d.txt"]);
        await rig.RefusedListAsync($"LIST {new string('*', 300)}", 501);
    }

    [Fact]
    public async Task A_name_that_looks_like_a_pattern_counts_first()
    {
        await using FilesRig rig = await FilledAsync();
        await rig.MakeDirectoryAsync("/[ab].*");
        await rig.WriteAsync("/[ab].*/x");

        (await rig.ListAsync("NLST [ab].*")).ShouldBe(["[ab].*/x"]);
    }

    [Fact]
    public async Task NLST_gives_names_that_further_commands_can_use()
    {
        await using FilesRig rig = await FilledAsync();

        (await rig.ListAsync("NLST")).Order(StringComparer.Ordinal).ShouldBe(["-l", "a.txt", "b.xml", "d"]);
        (await rig.ListAsync("NLST -1 d")).ShouldBe(["d/in d.txt"]);
        (await rig.ListAsync("NLST d/")).ShouldBe(["d/in d.txt"]);
        (await rig.ListAsync("NLST /d")).ShouldBe(["/d/in d.txt"]);
        (await rig.ListAsync("NLST d/in d.txt")).ShouldBe(["d/in d.txt"]);
        (await rig.ListAsync("NLST a.txt")).ShouldBe(["a.txt"]);
        await rig.RefusedListAsync("NLST missing", 550);
    }

    [Fact]
    public async Task STAT_with_a_path_lists_on_the_control_connection()
    {
        await using FilesRig rig = await FilledAsync();

        string[] lines = (await rig.SayAsync("STAT d", 212)).Split('\n');
        lines.Length.ShouldBe(3);
        lines[1].ShouldEndWith(" in d.txt");
        (await rig.SayAsync("STAT a.txt", 213)).Split('\n')[1].ShouldEndWith(" a.txt");
        (await rig.SayAsync("STAT -l *.xml", 212)).Split('\n')[1].ShouldEndWith(" b.xml");
        await rig.SayAsync("STAT missing", 550);
    }

    [Fact]
    public async Task STAT_of_a_large_directory_ends_at_a_bound()
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        for (int i = 0; i < 2000; i++)
        {
            await rig.WriteAsync($"/file-{i}");
        }

        string[] lines = (await rig.SayAsync("STAT /", 212)).Split('\n');
        lines.Length.ShouldBeLessThan(2000);
        lines[^1].ShouldContain("LIST");
        (await rig.ListAsync("LIST")).Length.ShouldBe(2000);
    }

    [Fact]
    public async Task Nothing_stays_rented_or_open_behind_listings()
    {
        await using FilesRig rig = await FilledAsync();
        await rig.ListAsync("LIST");
        await rig.ListAsync("MLSD");
        await rig.SayAsync("STAT /", 212);
        rig.Host.Gate.Grants[0].Meter.OpenHandles.ShouldBe(0);
        rig.Host.Pool.RentedFor(Transport.Buffers.BufferRole.Storage).ShouldBe(0);
    }

    private static async Task<FilesRig> FilledAsync()
    {
        FilesRig rig = await FilesRig.StartAsync();
        await rig.MakeDirectoryAsync("/d");
        await rig.WriteAsync("/a.txt", "abc");
        await rig.WriteAsync("/b.xml");
        await rig.WriteAsync("/-l");
        await rig.WriteAsync("/d/in d.txt");
        return rig;
    }
}
