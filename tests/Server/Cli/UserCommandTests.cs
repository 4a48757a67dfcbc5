using System.Text.Json;
using Hpc.Accounts;
using Hpc.Crypto.Keys;
using Hpc.Crypto.Passwords;
using Hpc.Server.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Hpc.Server.Tests.Cli;

public sealed class UserCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestConsole _console = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_user_is_added_with_the_password_of_standard_input()
    {
        _console.Input = "s3cret word\nsecond line\n";
        (await UserAsync("add", "ann", "--home", "/srv/ann", "--password-stdin")).ShouldBe(0, _console.Error);
        _console.Out.ShouldContain("Added ann");
        UserAccount user = await FindAsync("ann");
        PasswordHash.Verify(user.PasswordHash!, "s3cret word"u8).ShouldBeTrue();
        user.HomeDirectory.ShouldBe("/srv/ann");
        user.Permissions.ShouldBe(["*"]);
        user.IsEnabled.ShouldBeTrue();
    }

    [Fact]
    public async Task Two_users_of_one_name_cannot_be()
    {
        await AddAnnAsync();
        _console.Input = "x\n";
        (await UserAsync("add", "ann", "--home", "/srv/b", "--password-stdin")).ShouldBe(1);
        _console.Error.ShouldContain("There is a user ann already");
    }

    [Fact]
    public async Task A_user_that_cannot_be_read_does_not_hide_the_others()
    {
        await AddAnnAsync();
        _console.Input = "x\n";
        (await UserAsync("add", "bob", "--home", "/srv/b", "--password-stdin")).ShouldBe(0);
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(_directory["data"], "hpc.db")};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "UPDATE objects SET document = json_set(document, '$.uid', -1) WHERE kind = 1 AND name = 'ann';";
            command.ExecuteNonQuery();
        }

        _console.Clear();
        (await UserAsync("list")).ShouldBe(1);
        _console.Out.ShouldContain("unreadable");
        _console.Out.ShouldContain("/srv/b");
        _console.Error.ShouldContain("The user ann cannot be read: ");
        _console.Clear();
        (await UserAsync("list", "--json")).ShouldBe(1);
        JsonDocument.Parse(_console.Out).RootElement.EnumerateArray().Select(user => user.GetProperty("user_name").GetString()).ShouldBe(["bob"]);
    }

    [Fact]
    public async Task Everything_about_a_user_can_be_given_at_once()
    {
        string key = KeyLine("ann@laptop");
        await File.WriteAllTextAsync(_directory["keys"], "# mine\n\n" + key + "\n");
        await File.WriteAllTextAsync(_directory["password"], "from file\r\n");
        (await UserAsync(
            "add", "ann", "--home", "/srv/ann", "--password-file", _directory["password"], "--public-key", _directory["keys"], "--public-key", KeyLine("other"),
            "--permissions", "list,download", "-g", "upload", "--expires", "2030-12-31", "--disabled", "--json")).ShouldBe(0, _console.Error);
        JsonElement shown = JsonDocument.Parse(_console.Out).RootElement;
        shown.GetProperty("permissions").GetProperty("/").EnumerateArray().Select(p => p.GetString()).ShouldBe(["list", "download", "upload"]);
        shown.GetProperty("expires_at").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2030, 12, 31, 0, 0, 0, TimeSpan.Zero));
        shown.GetProperty("enabled").GetBoolean().ShouldBeFalse();
        shown.GetProperty("has_password").GetBoolean().ShouldBeTrue();
        shown.GetProperty("public_keys").GetArrayLength().ShouldBe(2);
        shown.GetProperty("public_keys")[0].GetProperty("comment").GetString().ShouldBe("ann@laptop");
        _console.Out.ShouldNotContain("$2a$");
        PasswordHash.Verify((await FindAsync("ann")).PasswordHash!, "from file"u8).ShouldBeTrue();
    }

    [Fact]
    public async Task A_password_is_asked_for_where_somebody_can_answer()
    {
        _console.AskSecret = _ => "typed";
        (await UserAsync("add", "ann", "--home", "/srv/ann")).ShouldBe(0, _console.Error);
        PasswordHash.Verify((await FindAsync("ann")).PasswordHash!, "typed"u8).ShouldBeTrue();
    }

    [Fact]
    public async Task Passwords_that_differ_add_nobody()
    {
        int asked = 0;
        _console.AskSecret = _ => "typed" + asked++;
        (await UserAsync("add", "ann", "--home", "/srv/ann")).ShouldBe(1);
        (await UserAsync("show", "ann")).ShouldBe(1);
    }

    [Fact]
    public async Task A_user_without_password_and_key_is_refused()
    {
        (await UserAsync("add", "ann", "--home", "/srv/ann")).ShouldBe(2);
        _console.Error.ShouldContain("--password-stdin");
    }

    [Theory]
    [InlineData("--permissions", "downlod", "Did you mean download?")]
    [InlineData("--expires", "tomorrow", "--expires: found \"tomorrow\"")]
    [InlineData("--public-key", "ssh-rsa not-base64", "is neither a file nor a key")]
    [InlineData("--public-key", "/etc/hostname", "line 1 of /etc/hostname is no key")]
    public async Task Bad_values_are_refused_with_what_is_allowed(string flag, string value, string says)
    {
        _console.Input = "pw\n";
        (await UserAsync("add", "ann", "--home", "/srv/ann", "--password-stdin", flag, value)).ShouldBe(2);
        _console.Error.ShouldContain(says);
    }

    [Fact]
    public async Task A_private_key_is_not_taken_for_a_public_one()
    {
        await File.WriteAllTextAsync(_directory["id"], "-----BEGIN OPENSSH PRIVATE KEY-----\nxxx\n");
        (await UserAsync("add", "ann", "--home", "/srv/ann", "-k", _directory["id"])).ShouldBe(2);
        _console.Error.ShouldContain("is a private key");
    }

    [Fact]
    public async Task A_bad_name_is_refused()
    {
        _console.Input = "pw\n";
        (await UserAsync("add", "a/b", "--home", "/srv/ann", "--password-stdin")).ShouldBe(2);
        _console.Error.ShouldContain("NAME: found");
    }

    [Fact]
    public async Task Users_are_listed_for_people_and_for_programs()
    {
        (await UserAsync("list")).ShouldBe(0);
        _console.Out.ShouldContain("No users.");
        await AddAnnAsync();
        _console.Clear();
        (await UserAsync("list")).ShouldBe(0);
        _console.Out.Split('\n')[1].ShouldStartWith("ann   enabled  yes");
        _console.Clear();
        (await UserAsync("list", "--json")).ShouldBe(0);
        JsonDocument.Parse(_console.Out).RootElement[0].GetProperty("user_name").GetString().ShouldBe("ann");
    }

    [Fact]
    public async Task A_change_leaves_what_it_does_not_name()
    {
        await AddAnnAsync();
        string before = (await FindAsync("ann")).PasswordHash!;
        (await UserAsync("set", "ann", "--home", "/srv/other", "--public-key", KeyLine("k"), "--disabled")).ShouldBe(0, _console.Error);
        UserAccount user = await FindAsync("ann");
        user.HomeDirectory.ShouldBe("/srv/other");
        user.PasswordHash.ShouldBe(before);
        user.PublicKeys.Count.ShouldBe(1);
        user.IsEnabled.ShouldBeFalse();
        user.Version.ShouldBe(2);
        (await UserAsync("set", "ann", "--enabled", "--no-password")).ShouldBe(0, _console.Error);
        user = await FindAsync("ann");
        user.IsEnabled.ShouldBeTrue();
        user.PasswordHash.ShouldBeNull();
        user.PublicKeys.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_key_is_taken_away_by_its_fingerprint()
    {
        await AddAnnAsync();
        await UserAsync("set", "ann", "-k", KeyLine("one"), "-k", KeyLine("two"));
        _console.Clear();
        await UserAsync("show", "ann", "--json");
        string fingerprint = JsonDocument.Parse(_console.Out).RootElement.GetProperty("public_keys")[0].GetProperty("fingerprint").GetString()!;
        fingerprint.ShouldStartWith("SHA256:");
        (await UserAsync("set", "ann", "--remove-public-key", fingerprint)).ShouldBe(0, _console.Error);
        (await FindAsync("ann")).PublicKeys.Single().ShouldEndWith(" two");
        (await UserAsync("set", "ann", "--remove-public-key", fingerprint)).ShouldBe(1);
        (await UserAsync("set", "ann", "--remove-public-key", "all")).ShouldBe(0);
        (await FindAsync("ann")).PublicKeys.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_expiry_is_set_and_taken_back()
    {
        await AddAnnAsync();
        (await UserAsync("set", "ann", "--expires", "2001-01-01T10:00:00+02:00")).ShouldBe(0);
        _console.Out.ShouldContain("expired");
        (await FindAsync("ann")).ExpiresAt!.Value.ToUniversalTime().Hour.ShouldBe(8);
        (await UserAsync("set", "ann", "--expires", "never")).ShouldBe(0);
        (await FindAsync("ann")).ExpiresAt.ShouldBeNull();
    }

    [Fact]
    public async Task A_user_is_removed_once()
    {
        await AddAnnAsync();
        (await UserAsync("remove", "ann")).ShouldBe(0);
        (await UserAsync("remove", "ann")).ShouldBe(1);
        _console.Error.ShouldContain("There is no user ann");
        (await UserAsync("set", "ann", "--enabled")).ShouldBe(1);
    }

    [Fact]
    public async Task The_data_directory_and_the_database_are_closed_to_others()
    {
        await AddAnnAsync();
        File.GetUnixFileMode(_directory["data"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.GetUnixFileMode(Path.Combine(_directory["data"], "hpc.db")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static string KeyLine(string comment)
    {
        using SshPrivateKey key = SshPrivateKeys.Generate("ssh-ed25519");
        return OpenSshPublicKey.Format(key.PublicKey, comment);
    }

    private async Task AddAnnAsync()
    {
        _console.Input = "pw\n";
        (await UserAsync("add", "ann", "--home", "/srv/ann", "--password-stdin")).ShouldBe(0, _console.Error);
    }

    private Task<int> UserAsync(params string[] arguments) => _console.RunAsync(["user", .. arguments, "--data-dir", _directory["data"]], CancellationToken.None);

    private Task<UserAccount> FindAsync(string name) => StoredUsers.AccountAsync(_directory["data"], name);
}
