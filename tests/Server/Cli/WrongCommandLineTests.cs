using Hpc.Server.Tests.Support;

namespace Hpc.Server.Tests.Cli;

/// <summary>Whatever is wrong with a command line is told with the flag, what was found and what is allowed.</summary>
public sealed class WrongCommandLineTests : IAsyncDisposable
{
    private readonly CommandFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [InlineData("user add bob --home /x --password-file NOFILE", "--password-file: found \"NOFILE\", which is not there, allowed: a file that can be read.")]
    [InlineData("user add bob --home /x --password-file DIR", "--password-file: found \"DIR\", which is a directory, allowed: a file that can be read.")]
    [InlineData("user add bob --home EMPTY --password-stdin", "--home: found \"\", allowed: a directory of this machine")]
    [InlineData("user set bob --home EMPTY", "There is no user bob", 1)]
    [InlineData("user add bob --home /x --password-stdin --allow-from 1.2.3", "--allow-from: found '1.2.3'; allowed is a network")]
    [InlineData("user add bob --home /x --password-stdin --deny-method fly", "--deny-method: found 'fly'; allowed is one of publickey")]
    [InlineData("user add bob --home /x --password-stdin --group nogroup", "--group: found 'nogroup'")]
    [InlineData("user add bob --home /x --password-stdin --email x", "--email: found 'x'")]
    [InlineData("group add g --from NOFILE", "--from: found \"NOFILE\", which is not there")]
    [InlineData("group add g --from DIR", "--from: found \"DIR\", which is a directory")]
    [InlineData("group add g --from WORD", "--from: found text that is no JSON (line 1, byte 2), allowed: one JSON object.")]
    [InlineData("group add g --from LIST", "--from: found JSON that is no object, allowed: one object.")]
    [InlineData("group add g --from KIND", "--from: found a value of another kind at $.description, allowed: what 'hpc group show' prints there.")]
    [InlineData("group add g --quota 3", "--quota: there is no such flag.")]
    [InlineData("group add g --descripton x", "--descripton: there is no such flag. Did you mean --description?")]
    [InlineData("admin add a --password-file NOFILE", "--password-file: found \"NOFILE\"")]
    [InlineData("admin set a --enabled --disabled", "Give one of --enabled and --disabled.")]
    [InlineData("admin add a --password-stdin -g fly", "--permissions: found 'fly'")]
    [InlineData("admin add a --password-stdin --allow-from zz", "--allow-from: found 'zz'")]
    [InlineData("role add", "NAME: is missing.")]
    [InlineData("folder add f", "--path: is missing.")]
    [InlineData("revertprovider --to-version abc", "--to-version: found \"abc\", allowed: a whole number.")]
    [InlineData("config show --config-file NOFILE", "--config-file: found \"NOFILE\", which is not there or no file; allowed: a file that can be read.")]
    [InlineData("usr list", "found \"usr\", allowed: serve, portable, user, folder, group")]
    [InlineData("user lst", "found \"lst\", allowed: add, list, show, set, remove, scan, reset-transfer. Did you mean list?")]
    [InlineData("config frob", "found \"frob\", allowed: show, check, default, keys.")]
    public async Task The_flag_is_named_with_what_was_found_and_what_is_allowed(string line, string fault, int code = 2)
    {
        _fixture.Console.Input = "pw\n";
        string file = _fixture.Directory["none"];
        string[] arguments = [.. line.Split(' ').Select(Word)];
        (await _fixture.ExitCodeAsync(arguments)).ShouldBe(code, _fixture.Console.Out);
        _fixture.Console.Error.ShouldStartWith("hpc: " + fault.Replace("NOFILE", file).Replace("DIR", _fixture.Directory.Path));
    }

    [Fact]
    public async Task A_port_that_is_none_is_told_with_its_bounds()
    {
        (await _fixture.Console.RunAsync("portable", "-s", "99999")).ShouldBe(2);
        _fixture.Console.Error.ShouldStartWith("hpc: --sftpd-port: found \"99999\", allowed: a whole number from 0 to 65535.");
    }

    private string Word(string word)
    {
        string text = word switch { "WORD" => "no JSON", "LIST" => "[]", "KIND" => """{"description":7}""", _ => "" };
        if (text.Length > 0)
        {
            File.WriteAllText(_fixture.Directory["given"], text);
        }

        return word switch
        {
            "NOFILE" => _fixture.Directory["none"],
            "DIR" => _fixture.Directory.Path,
            "EMPTY" => "",
            _ => text.Length > 0 ? _fixture.Directory["given"] : word,
        };
    }
}
