using System.Text.Json;
using Hpc.Crypto.Passwords;
using Hpc.Server.Tests.Support;

namespace Hpc.Server.Tests.Cli;

/// <summary>Groups, administrators, roles and what refers to them: with a running server through its REST API, without one in the data provider.</summary>
public sealed class ObjectCommandTests : IAsyncDisposable
{
    private readonly CommandFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Groups_are_added_shown_changed_and_removed(bool isServed)
    {
        await StartAsync(isServed);
        (await _fixture.RunAsync("group", "list")).ShouldContain("There is no group.");
        JsonElement added = await _fixture.JsonAsync("group", "add", "staff", "--json", "--home", "/srv/%username%", "-g", "list,download", "-g", "/in:upload", "--description", "All");
        added.GetProperty("name").GetString().ShouldBe("staff");
        added.GetProperty("user_settings").GetProperty("home_dir").GetString().ShouldBe("/srv/%username%");
        added.GetProperty("user_settings").GetProperty("permissions").GetProperty("/in")[0].GetString().ShouldBe("upload");
        (await _fixture.ExitCodeAsync("group", "add", "staff")).ShouldBe(1);
        (await _fixture.JsonAsync("group", "set", "staff", "--json", "--description", "Some")).GetProperty("user_settings").GetProperty("home_dir").GetString().ShouldBe("/srv/%username%");
        (await _fixture.RunAsync("group", "list")).ShouldContain("Some");
        (await _fixture.JsonAsync("group", "list", "--json"))[0].GetProperty("description").GetString().ShouldBe("Some");

        _fixture.Console.Input = """{"user_settings":{"quota_files":7}}""";
        JsonElement merged = (await _fixture.JsonAsync("group", "set", "staff", "--from", "-", "--json")).GetProperty("user_settings");
        merged.GetProperty("quota_files").GetInt32().ShouldBe(7);
        merged.GetProperty("home_dir").GetString().ShouldBe("/srv/%username%");
        (await _fixture.ExitCodeAsync("group", "set", "staff", "-g", "uplod")).ShouldBe(2);

        await _fixture.RunAsync("group", "remove", "staff");
        (await _fixture.ExitCodeAsync("group", "remove", "staff")).ShouldBe(1);
        (await _fixture.ExitCodeAsync("group", "show", "staff")).ShouldBe(1);
        _fixture.Console.Error.ShouldContain("There is no group staff; 'hpc group list' shows which there are.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Users_become_members_of_groups_and_have_roles(bool isServed)
    {
        await StartAsync(isServed);
        await _fixture.RunAsync("group", "add", "g1");
        await _fixture.RunAsync("group", "add", "g2");
        await _fixture.RunAsync("role", "add", "north");
        await AddAnnAsync("--group", "g1", "--group", "g2:secondary", "--role", "north", "--max-sessions", "3");
        JsonElement user = (await _fixture.DumpAsync()).GetProperty("users")[0];
        user.GetProperty("groups").EnumerateArray().Select(group => (group.GetProperty("name").GetString(), group.GetProperty("type").GetInt32())).ShouldBe([("g1", 1), ("g2", 2)]);
        user.GetProperty("role").GetString().ShouldBe("north");
        user.GetProperty("max_sessions").GetInt32().ShouldBe(3);
        (await _fixture.JsonAsync("group", "show", "g2")).GetProperty("users")[0].GetString().ShouldBe("ann");

        (await _fixture.ExitCodeAsync("group", "remove", "g1")).ShouldBe(1);
        (await _fixture.ExitCodeAsync("user", "set", "ann", "--group", "g1:first")).ShouldBe(2);
        _fixture.Console.Error.ShouldContain("--group: found \"first\", allowed: NAME, NAME:primary, NAME:secondary or NAME:membership.");
        (await _fixture.ExitCodeAsync("user", "set", "ann", "--group", "nobodys")).ShouldNotBe(0);
        await _fixture.RunAsync("user", "set", "ann", "--group", "g2:membership");
        (await _fixture.JsonAsync("group", "show", "g1")).GetProperty("users").GetArrayLength().ShouldBe(0);
        await _fixture.RunAsync("group", "remove", "g1");
        await _fixture.RunAsync("user", "set", "ann", "--group", "none", "--role", "");
        user = (await _fixture.DumpAsync()).GetProperty("users")[0];
        (user.TryGetProperty("groups", out JsonElement groups) && groups.ValueKind == JsonValueKind.Array ? groups.GetArrayLength() : 0).ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Administrators_have_passwords_that_nobody_is_shown(bool isServed)
    {
        await StartAsync(isServed);
        (await _fixture.ExitCodeAsync("admin", "add", "root")).ShouldBe(2);
        _fixture.Console.Error.ShouldContain("--password-stdin");
        _fixture.Console.Input = "first word\n";
        JsonElement added = await _fixture.JsonAsync("admin", "add", "root", "--json", "--password-stdin", "--allow-from", "10.0.0.0/8");
        added.GetProperty("permissions")[0].GetString().ShouldBe("*");
        _fixture.Console.Out.ShouldNotContain("$2a$");
        (await HashOfRootAsync()).ShouldSatisfyAllConditions(hash => PasswordHash.Verify(hash, "first word"u8).ShouldBeTrue());

        await _fixture.RunAsync("admin", "set", "root", "--description", "The first");
        PasswordHash.Verify(await HashOfRootAsync(), "first word"u8).ShouldBeTrue();
        _fixture.Console.Input = "second word\n";
        await _fixture.RunAsync("admin", "set", "root", "--password-stdin");
        PasswordHash.Verify(await HashOfRootAsync(), "second word"u8).ShouldBeTrue();
        JsonElement shown = await _fixture.JsonAsync("admin", "show", "root");
        shown.GetProperty("description").GetString().ShouldBe("The first");
        shown.GetProperty("filters").GetProperty("allow_list")[0].GetString().ShouldBe("10.0.0.0/8");
        _fixture.Console.Out.ShouldNotContain("$2a$");
        (await _fixture.RunAsync("admin", "list")).ShouldContain("root");

        _fixture.Console.Input = "pw\n";
        (await _fixture.ExitCodeAsync("admin", "add", "other", "--password-stdin", "-g", "fly")).ShouldBe(2);
        (await _fixture.ExitCodeAsync("admin", "show", "other")).ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Roles_are_added_and_removed(bool isServed)
    {
        await StartAsync(isServed);
        _fixture.Console.Input = """{"description":"The north"}""";
        (await _fixture.JsonAsync("role", "add", "north", "--json", "--from", "-")).GetProperty("description").GetString().ShouldBe("The north");
        (await _fixture.RunAsync("role", "list")).ShouldContain("The north");
        _fixture.Console.Input = """{"description":7}""";
        (await _fixture.ExitCodeAsync("role", "set", "north", "--from", "-")).ShouldBe(2);
        await _fixture.RunAsync("role", "remove", "north");
        (await _fixture.ExitCodeAsync("role", "show", "north")).ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_password_is_taken_away(bool isServed)
    {
        await StartAsync(isServed);
        await AddAnnAsync("--public-key", CommandFixture.KeyLine("k"));
        (await _fixture.JsonAsync("user", "show", "ann", "--json")).GetProperty("has_password").GetBoolean().ShouldBeTrue();
        await _fixture.RunAsync("user", "set", "ann", "--no-password");
        (await _fixture.JsonAsync("user", "show", "ann", "--json")).GetProperty("has_password").GetBoolean().ShouldBeFalse();
        (await _fixture.JsonAsync("user", "list", "--json"))[0].GetProperty("has_password").GetBoolean().ShouldBeFalse();
        await _fixture.StopAsync();
        (await StoredUsers.AccountAsync(_fixture.Data, "ann")).PasswordHash.ShouldBeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_added_or_changed_is_one_line_of_text_for_every_kind(bool isServed)
    {
        await StartAsync(isServed);
        (await _fixture.RunAsync("group", "add", "staff")).ShouldBe("Added staff." + Environment.NewLine);
        (await _fixture.RunAsync("group", "set", "staff", "--description", "Some")).ShouldBe("Changed staff." + Environment.NewLine);
        (await _fixture.RunAsync("role", "add", "north")).ShouldBe("Added north." + Environment.NewLine);
        (await _fixture.RunAsync("role", "show", "north", "--json")).ShouldBe(await _fixture.RunAsync("role", "show", "north"));
        _fixture.Console.Input = "pw\n";
        (await _fixture.RunAsync("admin", "add", "root", "--password-stdin")).ShouldBe("Added root." + Environment.NewLine);
        (await _fixture.RunAsync("admin", "set", "root", "--email", "root@example.com")).ShouldBe("Changed root." + Environment.NewLine);
        (await _fixture.RunAsync("folder", "add", "reports", "--path", "/srv/reports")).ShouldBe("Added reports for /srv/reports." + Environment.NewLine);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lists_say_nothing_of_versions_which_they_do_not_know(bool isServed)
    {
        await StartAsync(isServed);
        await AddAnnAsync();
        await _fixture.RunAsync("folder", "add", "reports", "--path", "/srv/reports");
        foreach ((string kind, string name) in new[] { ("user", "ann"), ("folder", "reports") })
        {
            (await _fixture.JsonAsync(kind, "list", "--json"))[0].TryGetProperty("version", out _).ShouldBeFalse();
            (await _fixture.JsonAsync(kind, "show", name, "--json")).GetProperty("version").GetInt64().ShouldBeGreaterThan(0);
        }
    }

    private async Task StartAsync(bool isServed)
    {
        if (isServed)
        {
            await _fixture.StartAsync();
        }
    }

    private async Task AddAnnAsync(params string[] flags)
    {
        _fixture.Console.Input = "pw\n";
        await _fixture.RunAsync(["user", "add", "ann", "--home", "/srv/ann", "--password-stdin", .. flags]);
    }

    private async Task<string> HashOfRootAsync() => (await _fixture.DumpAsync()).GetProperty("admins")[0].GetProperty("password").GetString()!;
}
