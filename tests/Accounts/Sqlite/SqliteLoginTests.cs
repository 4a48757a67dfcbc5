using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sqlite;
using Hpc.Accounts.Stores;
using Hpc.Accounts.Tests.Authentication;
using Hpc.Crypto.Keys;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Accounts.Tests.Sqlite;

/// <summary>Logins against a database that others change.</summary>
public sealed class SqliteLoginTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hpc-login-").FullName;
    private readonly PasswordWorkers _workers = new(new PasswordWorkersOptions { Threads = 1 }, TimeProvider.System, NullLogger<PasswordWorkers>.Instance);
    private readonly VerifiedPasswords _verified = new(new VerifiedPasswordsOptions(), TimeProvider.System);
    private readonly SshPrivateKey _key = TestUsers.NewKey();
    private readonly SshPrivateKey _other = TestUsers.NewKey();
    private SqliteUserStore _store = null!;
    private Authenticator _authenticator = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string DatabasePath => Path.Combine(_directory, "hpc.db");

    public async ValueTask InitializeAsync()
    {
        _store = await SqliteUserStore.OpenAsync(DatabasePath, Ct);
        _authenticator = new Authenticator(_store, _workers, TimeProvider.System, NullLogger<Authenticator>.Instance, _verified);
        await _store.AddAsync(TestUsers.New(password: "secret") with { PublicKeys = [TestUsers.LineOf(_key)] }, Ct);
    }

    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        _workers.Dispose();
        _verified.Dispose();
        _key.Dispose();
        _other.Dispose();
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Who_was_let_in_a_moment_ago_is_refused_from_the_commit_of_another_process_on()
    {
        await RememberAsync();
        await ExecuteAsync("UPDATE users SET is_enabled = 0 WHERE user_name = 'alice';");
        (await LoginAsync(_key)).ShouldBe(LoginVerdict.Refused);
        (await LoginAsync("secret")).ShouldBe(LoginVerdict.Refused);

        await ExecuteAsync("UPDATE users SET is_enabled = 1 WHERE user_name = 'alice';");
        await RememberAsync();
        await ExecuteAsync("UPDATE users SET document = json_set(document, '$.public_keys', json('[]')) WHERE user_name = 'alice';");
        (await LoginAsync(_key)).ShouldBe(LoginVerdict.Refused);

        await ExecuteAsync("DELETE FROM users WHERE user_name = 'alice';");
        (await LoginAsync("secret")).ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task A_key_that_a_restored_database_does_not_have_is_refused_after_the_next_look_at_the_stamp()
    {
        await RememberAsync();
        long stamp = await _store.GetChangeStampAsync(Ct);
        await ReplacedDatabase.ReplaceAsync(DatabasePath, TestUsers.New(password: "before") with { PublicKeys = [TestUsers.LineOf(_other)] });

        (await _store.GetChangeStampAsync(Ct)).ShouldNotBe(stamp);

        (await LoginAsync(_key)).ShouldBe(LoginVerdict.Refused);
        (await LoginAsync("secret")).ShouldBe(LoginVerdict.Refused);
        (await LoginAsync(_other)).ShouldBe(LoginVerdict.Accepted);
        (await LoginAsync("before")).ShouldBe(LoginVerdict.Accepted);
    }

    [Fact]
    public async Task What_is_not_at_hand_is_read_from_a_restored_database_at_once()
    {
        await _store.AddAsync(TestUsers.New("bob"), Ct);
        await ReplacedDatabase.ReplaceAsync(DatabasePath, TestUsers.New());

        (await _store.FindAsync("bob", Ct)).ShouldBeNull();
        (await _store.UpdateAsync(TestUsers.New("bob") with { Version = 1 }, Ct)).Outcome.ShouldBe(UserStoreOutcome.NotFound);
        (await _store.ListAsync(null, 10, Ct)).ShouldHaveSingleItem().UserName.ShouldBe("alice");
    }

    [Fact]
    public async Task While_there_is_no_database_nobody_is_let_in()
    {
        await RememberAsync();
        string aside = DatabasePath + ".aside";
        File.Move(DatabasePath, aside);
        await Should.ThrowAsync<SqliteException>(async () => await _store.GetChangeStampAsync(Ct));

        (await LoginAsync(_key)).ShouldBe(LoginVerdict.Refused);
        (await LoginAsync("secret")).ShouldBe(LoginVerdict.Refused);

        File.Move(aside, DatabasePath);
        await RememberAsync();
    }

    // So that the short way is there for both.
    private async Task RememberAsync()
    {
        for (int i = 0; i < 2; i++)
        {
            (await LoginAsync(_key)).ShouldBe(LoginVerdict.Accepted);
            (await LoginAsync("secret")).ShouldBe(LoginVerdict.Accepted);
        }

        _store.TryFindNow("alice", out _).ShouldBeTrue();
    }

    private async Task<LoginVerdict> LoginAsync(string password) =>
        (await _authenticator.AuthenticateAsync(AuthenticatorFixture.PasswordAttempt("alice", TestUsers.Utf8(password)), Ct)).Verdict;

    private async Task<LoginVerdict> LoginAsync(SshPrivateKey key) =>
        (await _authenticator.AuthenticateAsync(AuthenticatorFixture.KeyAttempt("alice", key, proven: true), Ct)).Verdict;

    private async Task ExecuteAsync(string sql)
    {
        await using var other = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        await other.OpenAsync(Ct);
        await using SqliteCommand command = other.CreateCommand();
#pragma warning disable CA2100 // Texts of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        (await command.ExecuteNonQueryAsync(Ct)).ShouldBe(1);
    }
}
