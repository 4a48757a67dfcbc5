using System.Diagnostics;
using System.Text.Json;
using Hpc.Accounts;
using Hpc.Crypto.Passwords;
using Hpc.Server.Hosting;
using Hpc.Server.Tests.Support;

namespace Hpc.Server.Tests.Cli;

/// <summary>Everything as one file, and the users of other servers.</summary>
public sealed class DumpCommandTests : IAsyncDisposable
{
    private readonly CommandFixture _from = new();
    private readonly CommandFixture _to = new();

    public async ValueTask DisposeAsync()
    {
        await _from.DisposeAsync();
        await _to.DisposeAsync();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task What_is_dumped_is_loaded_elsewhere(bool isFromServed, bool isToServed)
    {
        await StartAsync(_from, isFromServed);
        await StartAsync(_to, isToServed);
        await _from.RunAsync("folder", "add", "reports", "--path", "/srv/reports");
        await _from.RunAsync("group", "add", "staff");
        _from.Console.Input = "word\n";
        await _from.RunAsync("user", "add", "ann", "--home", "/srv/ann", "--password-stdin", "--folder", "reports@/r;read-only", "--group", "staff");
        string file = _from.Directory["dump.json"];
        await _from.RunAsync("dumpdata", "--output", file, "--indent");
        File.GetUnixFileMode(file).ShouldBe(PrivateFile.FileMode);

        (await _to.RunAsync("loaddata", file)).ShouldContain("3 added");
        (await _to.JsonAsync("group", "show", "staff")).GetProperty("users")[0].GetString().ShouldBe("ann");
        (await _to.JsonAsync("user", "show", "ann", "--json")).GetProperty("virtual_folders")[0].GetProperty("read_only").GetBoolean().ShouldBeTrue();
        string hash = (await _to.DumpAsync()).GetProperty("users")[0].GetProperty("password").GetString()!;
        PasswordHash.Verify(hash, "word"u8).ShouldBeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_of_a_dump_with_a_fault_is_loaded(bool isServed)
    {
        await StartAsync(_to, isServed);
        _to.Console.Input = """{"version":17,"roles":[{"name":"north"}],"users":[{"username":"ann","home_dir":"/srv/ann","status":"on","permissions":{"/":["list"]}}]}""";
        (await _to.ExitCodeAsync("loaddata", "-")).ShouldNotBe(0);
        _to.Console.Error.ShouldStartWith("hpc: ");
        (await _to.ExitCodeAsync("role", "show", "north")).ShouldBe(1);
        (await _to.ExitCodeAsync("loaddata", "-", "--mode", "3")).ShouldBe(2);
        _to.Console.Error.ShouldContain("--mode: found 3, allowed: 0, 1 or 2.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_left_out_of_a_dump_is_told_and_the_rest_is_loaded(bool isServed)
    {
        await StartAsync(_to, isServed);
        _to.Console.Input = """{"version":17,"users":[{"username":"ann","home_dir":"nowhere","permissions":{"/":["*"]}},{"username":"bob","status":1,"home_dir":"/srv/bob","permissions":{"/":["list","fly"]}}]}""";
        (await _to.RunAsync("loaddata", "-")).ShouldContain("1 added");
        _to.Console.Error.ShouldContain("warning: users[0] 'ann': home_dir: found 'nowhere'");
        _to.Console.Error.ShouldContain("warning: users[1] 'bob': permissions['/']: found 'fly'; left out.");
        (await _to.JsonAsync("user", "show", "bob", "--json")).GetProperty("enabled").GetBoolean().ShouldBeTrue();
        (await _to.ExitCodeAsync("user", "show", "ann")).ShouldBe(1);
    }

    [Fact]
    public async Task A_dump_at_the_start_is_mended_and_the_log_says_what_was_left_out()
    {
        string file = _to.Directory["dump.json"];
        await File.WriteAllTextAsync(file, """{"version":17,"users":[{"username":"bob","status":1,"home_dir":"/srv/x/../bob","permissions":{"/":["list"]}}]}""");
        ServerRun server = await _to.StartAsync("--loaddata-from", file);
        server.Console.Error.ShouldContain("users[0] 'bob': home_dir");
        (await _to.JsonAsync("user", "show", "bob", "--json")).GetProperty("home_directory").GetString().ShouldBe("/srv/bob");
    }

    [Theory]
    [InlineData("FILE: found", "loaddata", "{dir}/none.json")]
    [InlineData("FILE: found", "loaddata", "{dir}")]
    [InlineData("--output: found", "dumpdata", "--output", "{dir}/none/here.json")]
    public async Task A_file_that_cannot_be_used_is_named_with_its_argument(string said, params string[] arguments)
    {
        (await _to.ExitCodeAsync([.. arguments.Select(one => one.Replace("{dir}", _to.Directory["."], StringComparison.Ordinal))])).ShouldBe(2);
        _to.Console.Error.ShouldStartWith("hpc: " + said);
    }

    [Theory]
    [InlineData("FILE: found", "{dir}/none", "-")]
    [InlineData("--shadow: found", "/etc/passwd", "-", "--shadow", "{dir}/none")]
    public async Task Files_of_a_conversion_that_are_not_there_are_named_with_their_arguments(string said, params string[] arguments)
    {
        var console = new TestConsole();
        (await console.RunAsync(["convert", "unix-passwd", .. arguments.Select(one => one.Replace("{dir}", _to.Directory["."], StringComparison.Ordinal))])).ShouldBe(2);
        console.Error.ShouldStartWith("hpc: " + said);
        console.Error.ShouldContain("there is no such file");
    }

    [Fact]
    public async Task Users_of_a_unix_machine_keep_their_passwords()
    {
        string sha512 = await HashAsync("openssl", "passwd", "-6", "-salt", "saltsalt", "word of ann");
        string yescrypt = await HashAsync("mkpasswd", "-m", "yescrypt", "word of bob");
        sha512.ShouldStartWith("$6$");
        yescrypt.ShouldStartWith("$y$");
        await File.WriteAllTextAsync(_to.Directory["passwd"], "ann:x:1001:1001::/home/ann:/bin/sh\nbob:x:1002:1002::/home/bob:/bin/sh\ndaemon:x:1:1::/:/usr/sbin/nologin\n");
        await File.WriteAllTextAsync(_to.Directory["shadow"], $"ann:{sha512}:19000:0:99999:7:::\nbob:{yescrypt}:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\n");
        var console = new TestConsole();
        (await console.RunAsync(
            "convert", "unix-passwd", _to.Directory["passwd"], _to.Directory["dump.json"], "--shadow", _to.Directory["shadow"], "--min-uid", "1000")).ShouldBe(0, console.Error);
        console.Error.ShouldContain("2 users converted");
        File.GetUnixFileMode(_to.Directory["dump.json"]).ShouldBe(PrivateFile.FileMode);

        await _to.RunAsync("loaddata", _to.Directory["dump.json"]);
        UserAccount ann = await StoredUsers.AccountAsync(_to.Data, "ann");
        ann.PasswordHash.ShouldBe(sha512);
        ann.HomeDirectory.ShouldBe("/home/ann");
        ann.UserId.ShouldBe(1001u);
        PasswordHash.Verify(ann.PasswordHash!, "word of ann"u8).ShouldBeTrue();
        string ofBob = (await StoredUsers.AccountAsync(_to.Data, "bob")).PasswordHash!;
        ofBob.ShouldBe(yescrypt);
        PasswordHash.Verify(ofBob, "word of bob"u8).ShouldBeTrue();
        (await console.RunAsync("convert", "windows", _to.Directory["passwd"], "-")).ShouldBe(2);
        console.Error.ShouldContain("FORMAT: found \"windows\", allowed: unix-passwd, vsftpd, proftpd or pure-ftpd.");
    }

    private static async Task StartAsync(CommandFixture fixture, bool isServed)
    {
        if (isServed)
        {
            await fixture.StartAsync();
        }
    }

    private static async Task<string> HashAsync(string tool, params string[] arguments)
    {
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, tool))), tool + " is not there");
        using Process process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true })!;
        string hash = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return hash.Trim();
    }
}
