using System.Text.Json;
using Hpc.Server.Tests.Support;

namespace Hpc.Server.Tests.Cli;

public sealed class FolderCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestConsole _console = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_folder_is_added_shown_changed_and_removed()
    {
        (await FolderAsync("add", "reports", "--path", "/srv/reports/", "--description", "Monthly")).ShouldBe(0, _console.Error);
        _console.Out.ShouldContain("Added reports for /srv/reports.");
        JsonElement shown = await JsonAsync("show", "reports");
        shown.GetProperty("name").GetString().ShouldBe("reports");
        shown.GetProperty("mapped_path").GetString().ShouldBe("/srv/reports");
        shown.GetProperty("description").GetString().ShouldBe("Monthly");
        shown.GetProperty("users").GetArrayLength().ShouldBe(0);

        JsonElement changed = await JsonAsync("set", "reports", "--path", "/mnt/reports");
        changed.GetProperty("mapped_path").GetString().ShouldBe("/mnt/reports");
        changed.GetProperty("description").GetString().ShouldBe("Monthly");
        changed.GetProperty("version").GetInt64().ShouldBe(2);
        (await JsonAsync("set", "reports", "--description", "")).GetProperty("description").GetString().ShouldBe("");

        (await FolderAsync("remove", "reports")).ShouldBe(0);
        (await FolderAsync("remove", "reports")).ShouldBe(1);
        _console.Error.ShouldContain("There is no folder reports; 'hpc folder list' shows which there are.");
        (await FolderAsync("set", "reports", "--path", "/x")).ShouldBe(1);
        (await FolderAsync("show", "reports")).ShouldBe(1);
    }

    [Fact]
    public async Task Folders_are_listed_for_people_and_for_programs()
    {
        (await FolderAsync("list")).ShouldBe(0);
        _console.Out.ShouldContain("No folders.");
        await FolderAsync("add", "b", "--path", "/srv/b");
        (await JsonAsync("add", "a", "--path", "/srv/a")).GetProperty("name").GetString().ShouldBe("a");
        _console.Clear();
        (await FolderAsync("list")).ShouldBe(0);
        _console.Out.Split(Environment.NewLine)[1].ShouldBe("a       /srv/a");
        JsonElement list = await JsonAsync("list");
        list.EnumerateArray().Select(folder => folder.GetProperty("name").GetString()).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Who_mounts_a_folder_is_shown_and_loses_it_when_it_is_removed()
    {
        await FolderAsync("add", "reports", "--path", "/srv/reports");
        foreach (string user in new[] { "bob", "ann" })
        {
            _console.Input = "pw\n";
            (await _console.RunAsync("user", "add", user, "--home", "/srv/x", "--password-stdin", "--folder", "reports@/r", "--data-dir", _directory["data"])).ShouldBe(0, _console.Error);
        }

        (await JsonAsync("show", "reports")).GetProperty("users").EnumerateArray().Select(user => user.GetString()).ShouldBe(["ann", "bob"]);
        _console.Clear();
        await FolderAsync("show", "reports");
        _console.Out.ShouldContain("Users:       ann, bob");
        (await FolderAsync("remove", "reports")).ShouldBe(0);
        _console.Out.ShouldContain("Removed reports. It is gone from the trees of: ann, bob.");
        _console.Clear();
        await _console.RunAsync("user", "show", "ann", "--json", "--data-dir", _directory["data"]);
        JsonDocument.Parse(_console.Out).RootElement.GetProperty("virtual_folders").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("a/b", "/srv/x", "", "Name: found 'a/b'; allowed is 1 to 255 bytes")]
    [InlineData("reports", "", "", "--path: found \"\", allowed: a directory of this machine")]
    [InlineData("reports", "/srv/a\nb", "", "--path: found \"/srv/a\\u000ab\", allowed: a directory of this machine")]
    [InlineData("reports", "/srv/x", "two\nlines", "Description: found 'two?lines'; allowed is one line of at most 1024 characters")]
    public async Task A_bad_value_is_refused_with_what_is_allowed(string name, string path, string description, string says)
    {
        (await FolderAsync("add", name, "--path", path, "--description", description)).ShouldBe(2);
        _console.Error.ShouldContain(says);
        (await JsonAsync("list")).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Two_folders_of_one_name_cannot_be_and_a_relative_path_is_made_absolute()
    {
        (await JsonAsync("add", "reports", "--path", "some/where")).GetProperty("mapped_path").GetString().ShouldBe(Path.GetFullPath("some/where"));
        (await FolderAsync("add", "reports", "--path", "/else")).ShouldBe(1);
        _console.Error.ShouldContain("There is a folder reports already; 'hpc folder set' changes it.");
    }

    private async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        _console.Clear();
        (await FolderAsync([.. arguments, "--json"])).ShouldBe(0, _console.Error);
        return JsonDocument.Parse(_console.Out).RootElement;
    }

    private Task<int> FolderAsync(params string[] arguments) => _console.RunAsync(["folder", .. arguments, "--data-dir", _directory["data"]], CancellationToken.None);
}
