namespace Hpc.FtpProtocol.Tests.Files;

public sealed class DirectoryCommandTests
{
    [Fact]
    public async Task CWD_CDUP_and_PWD_move_below_the_root_alone()
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        await rig.MakeDirectoryAsync("/a");
        await rig.MakeDirectoryAsync("/a/b");

        (await rig.AskAsync("PWD", 257)).ShouldStartWith("\"/\" ");
        await rig.SayAsync("CWD a", 250);
        await rig.SayAsync("CWD b", 250);
        (await rig.AskAsync("XPWD", 257)).ShouldStartWith("\"/a/b\" ");
        await rig.SayAsync("CDUP", 250);
        (await rig.AskAsync("PWD", 257)).ShouldStartWith("\"/a\" ");
        await rig.SayAsync("CWD ../../../..", 250);
        (await rig.AskAsync("PWD", 257)).ShouldStartWith("\"/\" ");
        await rig.SayAsync("XCUP", 250);
        await rig.SayAsync("XCWD /a/b", 250);
        await rig.SayAsync("CWD ~", 250);
        (await rig.AskAsync("PWD", 257)).ShouldStartWith("\"/\" ");
    }

    [Fact]
    public async Task CWD_refuses_what_is_no_directory_and_says_no_path()
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        await rig.WriteAsync("/file");

        (await rig.AskAsync("CWD file", 550)).ShouldBe("This is not a directory.");
        (await rig.AskAsync("CWD /secret/place", 550)).ShouldNotContain("secret");
        await rig.SayAsync("CWD", 501);
        (await rig.AskAsync("PWD", 257)).ShouldStartWith("\"/\" ");
    }

    [Fact]
    public async Task MKD_quotes_the_whole_path_and_RMD_removes_what_is_empty()
    {
        await using FilesRig rig = await FilesRig.StartAsync();

        (await rig.AskAsync("MKD a \"b\"", 257)).ShouldStartWith("\"/a \"\"b\"\"\" ");
        (await rig.AskAsync("MKD a \"b\"", 550)).ShouldBe("The name exists already.");
        await rig.SayAsync("CWD a \"b\"", 250);
        (await rig.AskAsync("PWD", 257)).ShouldStartWith("\"/a \"\"b\"\"\" ");
        await rig.SayAsync("XMKD c", 257);
        await rig.SayAsync("CDUP", 250);
        (await rig.AskAsync("RMD a \"b\"", 550)).ShouldBe("The directory is not empty.");
        await rig.SayAsync("XRMD a \"b\"/c", 250);
        await rig.SayAsync("RMD a \"b\"", 250);
        await rig.SayAsync("RMD a \"b\"", 550);
    }

    [Fact]
    public async Task Names_that_are_no_UTF8_are_kept_byte_by_byte()
    {
        await using FilesRig rig = await FilesRig.StartAsync();

        // The client sends Latin-1.
        await rig.SayAsync("MKD caf\u00E9", 257);
        await rig.SayAsync("CWD caf\u00E9", 250);
        (await rig.Files.GetAttributesAsync(FilesRig.At("/caf\uDCE9"), default)).IsSuccess.ShouldBeTrue();
    }
}
