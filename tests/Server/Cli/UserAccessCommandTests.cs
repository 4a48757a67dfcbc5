using System.Text.Json;
using Hpc.Accounts;
using Hpc.Server.Tests.Support;

namespace Hpc.Server.Tests.Cli;

/// <summary>Permissions, name filters, folders and limits on the command line.</summary>
public sealed class UserAccessCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestConsole _console = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Everything_can_be_given_when_a_user_is_added()
    {
        await FoldersAsync();
        JsonElement shown = await AddAsync(
            "-g", "list,download", "-g", "/up:list,upload", "-g", "/up:overwrite", "-g", "/up/closed:none", "--pattern", "/in:allow=*.csv,*.txt;deny=~*;policy=hide",
            "--pattern", @"/a:b:deny=x\,y,a\;b", "--folder", "reports@/reports;quota-size=10GiB;quota-files=100;read-only", "--folder", "shared@/reports/all;quota=user",
            "--quota-size", "1TiB", "--quota-files", "1000", "--max-upload-size", "512MiB", "--upload-limit", "1MiB", "--download-limit", "2GiB", "--transfer-limit", "3145728",
            "--uid", "1000", "--gid", "2147483647", "--start-directory", "/up", "--json");

        UserAccount user = await FindAsync();
        user.Permissions.ShouldBe(["list", "download"]);
        user.DirectoryPermissions.Select(directory => (directory.Path, string.Join(',', directory.Names))).ShouldBe([("/up", "list,upload,overwrite"), ("/up/closed", "")]);
        user.FilePatterns[0].Allowed.ShouldBe(["*.csv", "*.txt"]);
        user.FilePatterns[0].Denied.ShouldBe(["~*"]);
        user.FilePatterns[0].Policy.ShouldBe(FilePatternPolicy.Hide);
        user.FilePatterns[1].Path.ShouldBe("/a:b");
        user.FilePatterns[1].Denied.ShouldBe([@"x\,y", @"a\;b"]);
        user.FilePatterns[1].Policy.ShouldBe(FilePatternPolicy.Deny);
        user.Folders.Select(Facts).ShouldBe([("reports", "/reports", 10L << 30, 100, true, "/srv/reports"), ("shared", "/reports/all", -1, -1, false, "/srv/shared")]);
        (user.QuotaBytes, user.QuotaFiles, user.MaxUploadBytes).ShouldBe((1L << 40, 1000, 512L << 20));
        (user.UploadTransferBytes, user.DownloadTransferBytes, user.TotalTransferBytes).ShouldBe((1 << 20, 2L << 30, 3 << 20));
        (user.UserId, user.GroupId, user.StartDirectory).ShouldBe((1000u, 2147483647u, "/up"));

        shown.GetProperty("permissions").EnumerateObject().Select(entry => entry.Name).ShouldBe(["/", "/up", "/up/closed"]);
        shown.GetProperty("permissions").GetProperty("/up/closed").GetArrayLength().ShouldBe(0);
        JsonElement rule = shown.GetProperty("file_patterns")[0];
        rule.GetProperty("path").GetString().ShouldBe("/in");
        rule.GetProperty("allowed_patterns")[1].GetString().ShouldBe("*.txt");
        rule.GetProperty("denied_patterns")[0].GetString().ShouldBe("~*");
        rule.GetProperty("deny_policy").GetInt32().ShouldBe(1);
        JsonElement mount = shown.GetProperty("virtual_folders")[0];
        mount.GetProperty("name").GetString().ShouldBe("reports");
        mount.GetProperty("virtual_path").GetString().ShouldBe("/reports");
        mount.GetProperty("mapped_path").GetString().ShouldBe("/srv/reports");
        mount.GetProperty("quota_size").GetInt64().ShouldBe(10L << 30);
        mount.GetProperty("read_only").GetBoolean().ShouldBeTrue();
        shown.GetProperty("virtual_folders")[1].GetProperty("quota_files").GetInt64().ShouldBe(-1);
        foreach ((string key, long value) in new[]
        {
            ("quota_size", 1L << 40), ("quota_files", 1000), ("max_upload_file_size", 512L << 20), ("uid", 1000), ("gid", 2147483647),
            ("upload_transfer_bytes", 1 << 20), ("download_transfer_bytes", 2L << 30), ("total_transfer_bytes", 3 << 20),
        })
        {
            shown.GetProperty(key).GetInt64().ShouldBe(value, key);
        }

        shown.GetProperty("start_directory").GetString().ShouldBe("/up");
    }

    [Fact]
    public async Task A_user_is_shown_to_people_with_everything()
    {
        await FoldersAsync();
        await AddAsync(
            "-g", "list", "-g", "/up:none", "--pattern", "/in:allow=*.csv;policy=hide", "--folder", "reports@/r;quota-size=10GiB;read-only", "--folder", "shared@/s;quota=user",
            "--quota-size", "5000", "--quota-files", "1", "--max-upload-size", "1MiB", "--transfer-limit", "1GiB", "--uid", "5", "--start-directory", "/up", "--json");
        await UserAsync("show", "ann");
        foreach (string line in new[]
        {
            "Permissions: list", "Permissions: in /up: none", "Names:       in /in: allow *.csv; policy hide", "Folder:      reports at /r: /srv/reports, quota 10GiB, not counted yet, read-only",
            "Folder:      shared at /s: /srv/shared, quota the user's", "Quota:       5000 bytes, 1 file", "Max upload:  1MiB", "Transfer:    at most 1GiB",
            "Owner:       uid 5, gid 0", "Starts in:   /up",
        })
        {
            _console.Out.Split(Environment.NewLine).ShouldContain(line);
        }

        await UserAsync("list");
        _console.Out.ShouldContain("list (+1)");
    }

    [Fact]
    public async Task A_change_touches_the_directories_and_folders_that_it_names()
    {
        await FoldersAsync();
        await AddAsync(
            "-g", "*", "-g", "/a:list", "-g", "/b:list", "--pattern", "/a:deny=x", "--pattern", "/b:deny=x", "--folder", "reports@/r;read-only", "--folder", "shared@/s", "--quota-files", "7", "--json");
        await SetAsync("-g", "/b:upload", "--pattern", "/c:allow=y", "--remove-pattern", "/a", "--folder", "shared@/moved;quota=user", "--quota-size", "1KiB");
        UserAccount user = await FindAsync();
        user.Permissions.ShouldBe(["*"]);
        user.DirectoryPermissions.Select(directory => (directory.Path, directory.Names.Single())).ShouldBe([("/a", "list"), ("/b", "upload")]);
        user.FilePatterns.Select(rule => rule.Path).ShouldBe(["/b", "/c"]);
        user.Folders.Select(mount => (mount.VirtualPath, mount.QuotaBytes, mount.IsReadOnly)).ShouldBe([("/r", 0, true), ("/moved", -1, false)]);
        (user.QuotaBytes, user.QuotaFiles, user.Version).ShouldBe((1024, 7, 2));

        await SetAsync("--remove-permissions", "/a", "--remove-pattern", "all", "--remove-folder", "reports", "--folder", "shared@/r", "--quota-size", "0", "-g", "list");
        user = await FindAsync();
        user.Permissions.ShouldBe(["list"]);
        user.DirectoryPermissions.Single().Path.ShouldBe("/b");
        user.FilePatterns.ShouldBeEmpty();
        Facts(user.Folders.Single()).ShouldBe(("shared", "/r", 0, 0, false, "/srv/shared"));
        user.QuotaBytes.ShouldBe(0);

        await SetAsync("--remove-permissions", "all", "--remove-folder", "all");
        user = await FindAsync();
        user.DirectoryPermissions.ShouldBeEmpty();
        user.Folders.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("-g", "/up:uplod", "--permissions /up: found \"uplod\", allowed: *, list", "Did you mean upload?")]
    [InlineData("-g", "/up", "found \"/up\", allowed: NAMES, or DIR:NAMES like /in:list,upload", "")]
    [InlineData("-g", "/up:", "--permissions /up: found nothing, allowed: *, list", "or none")]
    [InlineData("-g", "/up/../a:list", "--permissions: found \"/up/../a\", allowed: an absolute path", "")]
    [InlineData("-g", "none", "--permissions: found \"none\", allowed: *, list", "")]
    [InlineData("-g", "/:none", "--permissions: found \"none\", allowed: *, list", "")]
    [InlineData("--pattern", "*.exe", "--pattern: found \"*.exe\", allowed: DIR:allow=PATTERNS;deny=PATTERNS;policy=deny|hide", "")]
    [InlineData("--pattern", "in:allow=x", "--pattern: found \"in\", allowed: an absolute path", "")]
    [InlineData("--pattern", "/in:deny=a,[b", "--pattern /in: deny has \"[b\", allowed: a pattern for one name", "")]
    [InlineData("--pattern", "/in:allow=a/b", "--pattern /in: allow has \"a/b\"", "")]
    [InlineData("--pattern", "/in:allow=", "--pattern /in: allow has \"\"", "")]
    [InlineData("--pattern", "/in:deny=x;policy=gone", "--pattern /in: policy is \"gone\", allowed: deny", "hide")]
    [InlineData("--pattern", "/in:deny=x;deny=y", "--pattern /in: found deny twice", "")]
    [InlineData("--pattern", "/in:deny=x;hidden", "--pattern /in: found \"hidden\", allowed: allow=PATTERNS", "")]
    [InlineData("--pattern", "/in:policy=hide", "--pattern /in: found no pattern", "")]
    [InlineData("--folder", "reports", "--folder: found \"reports\", allowed: NAME@/PATH", "")]
    [InlineData("--folder", "reports/r", "--folder: found \"reports/r\", allowed: NAME@/PATH", "")]
    [InlineData("--folder", "reports@/r/", "--folder reports: found \"/r/\", allowed: an absolute path", "")]
    [InlineData("--folder", "reports@/r;quota-size=much", "--folder reports quota-size: found \"much\", allowed: a whole number of bytes", "10GiB")]
    [InlineData("--folder", "reports@/r;quota-files=-1", "--folder reports quota-files: found \"-1\", allowed: a whole number from 0", "")]
    [InlineData("--folder", "reports@/r;quota=group", "--folder reports: found \"quota=group\", allowed: quota-size=SIZE", "quota=user")]
    [InlineData("--folder", "reports@/r;quota=user;quota-files=1", "--folder reports: found quota=user with a quota of its own", "")]
    [InlineData("--folder", "reports@/r;read-only=yes", "--folder reports: found \"read-only=yes\", allowed:", "")]
    [InlineData("--folder", "reports@/r;read-only;read-only", "--folder reports: found read-only twice", "")]
    [InlineData("--folder", "nobody@/r", "--folder nobody: found 'nobody', which is no folder; allowed is a folder that 'hpc folder list' shows", "hpc folder add")]
    [InlineData("-g", "/a[b:list", "--permissions /a[b: found '/a[b'; allowed is a directory below /", "")]
    [InlineData("--quota-size", "10 apples", "--quota-size: found \"10 apples\", allowed: a whole number of bytes, or one of KiB", "")]
    [InlineData("--quota-size", "-1", "--quota-size: found \"-1\"", "")]
    [InlineData("--quota-size", "9999999999TiB", "--quota-size: found \"9999999999TiB\"", "")]
    [InlineData("--quota-files", "1.5", "--quota-files: found \"1.5\", allowed: a whole number from 0", "")]
    [InlineData("--max-upload-size", "x", "--max-upload-size: found \"x\"", "")]
    [InlineData("--upload-limit", "x", "--upload-limit: found \"x\"", "")]
    [InlineData("--download-limit", "x", "--download-limit: found \"x\"", "")]
    [InlineData("--transfer-limit", "x", "--transfer-limit: found \"x\"", "")]
    [InlineData("--transfer-limit", "1500KiB", "--transfer-limit: found", "a whole number of MiB")]
    [InlineData("--uid", "root", "--uid: found \"root\", allowed: a number from 0", "2147483647")]
    [InlineData("--gid", "2147483648", "--gid: found \"2147483648\", allowed: a number from 0", "")]
    [InlineData("--start-directory", "up", "--start-directory: found \"up\", allowed: an absolute path", "")]
    public async Task A_bad_value_is_refused_with_what_is_allowed_and_nothing_is_half_applied(string flag, string value, string says, string saysToo)
    {
        await FoldersAsync();
        await AddAsync("--json");
        string before = JsonSerializer.Serialize(await FindAsync());
        _console.Clear();

        (await UserAsync("set", "ann", "--home", "/srv/other", "--disabled", flag, value)).ShouldBe(2);

        _console.Error.ShouldStartWith("hpc: ");
        _console.Error.ShouldContain(says);
        _console.Error.ShouldContain(saysToo);
        JsonSerializer.Serialize(await FindAsync()).ShouldBe(before);
        _console.Input = "pw\n";
        (await UserAsync("add", "bob", "--home", "/srv/bob", "--password-stdin", flag, value)).ShouldBe(2);
        (await UserAsync("show", "bob")).ShouldBe(1);
    }

    [Fact]
    public async Task Who_is_added_with_directories_alone_does_not_get_everything_elsewhere()
    {
        _console.Input = "pw\n";
        (await UserAsync("add", "ann", "--home", "/srv/ann", "--password-stdin", "-g", "/in:list,upload")).ShouldBe(2);
        _console.Error.ShouldContain("--permissions: found directories alone, allowed: names for / too");
        (await UserAsync("show", "ann")).ShouldBe(1);
        await AddAsync("-g", "list", "-g", "/in:upload", "--json");
        await SetAsync("-g", "/out:list");
        (await FindAsync()).Permissions.ShouldBe(["list"]);
    }

    [Fact]
    public async Task A_change_that_changes_nothing_is_not_stored()
    {
        await FoldersAsync();
        await AddAsync("-g", "list", "-g", "/in:upload", "--folder", "reports@/r;read-only", "--quota-files", "5", "--json");
        await SetAsync();
        await SetAsync("-g", "list", "--quota-files", "5", "--folder", "reports@/r;read-only", "--enabled", "--home", "/srv/ann");
        (await FindAsync()).Version.ShouldBe(1);
        _console.Out.ShouldContain("Permissions: in /in: upload");
        await SetAsync("--disabled");
        (await FindAsync()).Version.ShouldBe(2);
    }

    [Theory]
    [InlineData("data")]
    [InlineData("")]
    [InlineData("data/hostkeys")]
    [InlineData("data/usage.db")]
    [InlineData("link")]
    public async Task The_servers_own_directories_are_nobodys_home_or_folder(string path)
    {
        await FoldersAsync();
        await AddAsync("--json");
        Directory.CreateSymbolicLink(_directory["link"], _directory["data"]);
        string refused = _directory[path];
        _console.Input = "pw\n";
        foreach (string[] command in new string[][]
        {
            ["user", "add", "bob", "--home", refused, "--password-stdin"], ["user", "set", "ann", "--home", refused],
            ["folder", "add", "dd", "--path", refused], ["folder", "set", "reports", "--path", refused],
        })
        {
            _console.Clear();
            (await _console.RunAsync([.. command, "--data-dir", _directory["data"]], CancellationToken.None)).ShouldBe(2, string.Join(' ', command));
            _console.Error.ShouldContain("of the server is it or is in it");
        }

        await SetAsync("--home", _directory["data/ann"]);
        (await FindAsync()).HomeDirectory.ShouldBe(_directory["data/ann"]);
    }

    [Fact]
    public async Task A_folder_and_a_path_are_given_once()
    {
        await FoldersAsync();
        await AddAsync("--folder", "reports@/r", "--json");
        (await UserAsync("set", "ann", "--folder", "shared@/a", "--folder", "shared@/b")).ShouldBe(2);
        _console.Error.ShouldContain("--folder: found shared twice");
        (await UserAsync("set", "ann", "--folder", "shared@/r")).ShouldBe(2);
        _console.Error.ShouldContain("--folder shared: found /r, where reports is, allowed: one folder at each path.");
        (await FindAsync()).Folders.Single().VirtualPath.ShouldBe("/r");
    }

    [Theory]
    [InlineData("--remove-permissions", "/x", "the user has no permissions for /x; there is /up.")]
    [InlineData("--remove-pattern", "/x", "the user has no name filter for /x; there is none at all.")]
    [InlineData("--remove-folder", "x", "the user has no folder x; 'hpc user show' lists them.")]
    public async Task What_is_not_there_cannot_be_taken_away(string flag, string value, string says)
    {
        await AddAsync("-g", "*", "-g", "/up:list", "--json");
        (await UserAsync("set", "ann", "--disabled", flag, value)).ShouldBe(1);
        _console.Error.ShouldContain(says);
        (await FindAsync()).IsEnabled.ShouldBeTrue();
    }

    private static (string Name, string Path, long Bytes, long Files, bool IsReadOnly, string? MappedPath) Facts(FolderMount mount) =>
        (mount.FolderName, mount.VirtualPath, mount.QuotaBytes, mount.QuotaFiles, mount.IsReadOnly, mount.MappedPath);

    private async Task FoldersAsync()
    {
        foreach (string name in new[] { "reports", "shared" })
        {
            (await _console.RunAsync("folder", "add", name, "--path", "/srv/" + name, "--data-dir", _directory["data"])).ShouldBe(0, _console.Error);
        }

        _console.Clear();
    }

    private async Task<JsonElement> AddAsync(params string[] flags)
    {
        _console.Input = "pw\n";
        (await UserAsync(["add", "ann", "--home", "/srv/ann", "--password-stdin", .. flags])).ShouldBe(0, _console.Error);
        JsonElement shown = JsonDocument.Parse(_console.Out).RootElement;
        _console.Clear();
        return shown;
    }

    private async Task SetAsync(params string[] flags) => (await UserAsync(["set", "ann", .. flags])).ShouldBe(0, _console.Error);

    private Task<int> UserAsync(params string[] arguments) => _console.RunAsync(["user", .. arguments, "--data-dir", _directory["data"]], CancellationToken.None);

    private Task<UserAccount> FindAsync() => StoredUsers.AccountAsync(_directory["data"], "ann");
}
