using Hpc.Accounts.Authentication;
using Hpc.Accounts.Stores;
using Hpc.Crypto.Passwords;

namespace Hpc.Accounts.Tests.Authentication;

/// <summary>What follows an accepted login.</summary>
public sealed class LoginAftermathTests : IDisposable
{
    private readonly AuthenticatorFixture _fixture = new(remembers: true);

    // New hashes are bcrypt; this one is from elsewhere: SHA-256 of "secret".
    private readonly string _imported = "{SHA256}" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("secret"u8));

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_right_password_of_another_algorithm_is_hashed_anew_and_still_right()
    {
        await AddAsync();
        _fixture.Upkeep.OnRehash = StoreAsync;

        (await _fixture.LoginAsync("alice", "secret")).Verdict.ShouldBe(LoginVerdict.Accepted);
        (string user, string old, string hash) = await _fixture.Upkeep.NextRehashAsync();

        user.ShouldBe("alice");
        old.ShouldBe(_imported);
        PasswordHash.Verify(hash, "secret"u8).ShouldBeTrue();
        PasswordHash.AlgorithmOf(hash).ShouldBe(PasswordAlgorithm.Bcrypt);
        (await _fixture.LoginAsync("alice", "secret")).Verdict.ShouldBe(LoginVerdict.Accepted);
        (await _fixture.LoginAsync("alice", "wrong")).Verdict.ShouldBe(LoginVerdict.Refused);
        _fixture.Verifier.Hashed.ShouldBe(["secret"]);
    }

    [Fact]
    public async Task A_wrong_password_and_a_preferred_hash_are_not_hashed_anew()
    {
        await AddAsync();
        await _fixture.AddAsync(TestUsers.New("bob", "secret"));

        (await _fixture.LoginAsync("alice", "wrong")).Verdict.ShouldBe(LoginVerdict.Refused);
        (await _fixture.LoginAsync("bob", "secret")).Verdict.ShouldBe(LoginVerdict.Accepted);

        (await _fixture.Upkeep.NextLoginAsync()).ShouldBe("bob");
        _fixture.Verifier.Hashed.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_rehash_that_fails_does_not_touch_the_login_and_the_next_one_tries_again()
    {
        await AddAsync();
        _fixture.Upkeep.OnRehash = (_, _, _) => throw new IOException("the database is away");
        (await _fixture.LoginAsync("alice", "secret")).Verdict.ShouldBe(LoginVerdict.Accepted);
        await UntilAsync(() => _fixture.Verifier.Hashed.Count == 1);

        _fixture.Upkeep.OnRehash = null;
        await UntilAsync(async () =>
        {
            (await _fixture.LoginAsync("alice", "secret")).Verdict.ShouldBe(LoginVerdict.Accepted);
            return _fixture.Upkeep.HasRehash;
        });
    }

    [Fact]
    public async Task A_hash_that_is_replaced_while_a_login_verifies_the_old_one_does_not_refuse_the_login()
    {
        await AddAsync();
        _fixture.Verifier.Open.Reset();
        Task<LoginOutcome> login = _fixture.LoginAsync("alice", "secret");
        await _fixture.Verifier.Entered.WaitAsync();
        await StoreAsync("alice", _imported, TestUsers.CheapHash("secret"));
        _fixture.Verifier.Open.Set();

        (await login).Verdict.ShouldBe(LoginVerdict.Accepted);
        _fixture.Verifier.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_password_that_is_changed_while_a_login_verifies_the_old_one_refuses_the_login()
    {
        await AddAsync();
        _fixture.Verifier.Open.Reset();
        Task<LoginOutcome> login = _fixture.LoginAsync("alice", "secret");
        await _fixture.Verifier.Entered.WaitAsync();
        await StoreAsync("alice", _imported, TestUsers.CheapHash("another"));
        _fixture.Verifier.Open.Set();

        (await login).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task A_login_is_written_down_and_many_of_one_user_once()
    {
        await _fixture.AddAsync(TestUsers.New("alice", "secret"));
        await _fixture.AddAsync(TestUsers.New("bob", "secret"));
        for (int i = 0; i < 20; i++)
        {
            (await _fixture.LoginAsync("alice", "secret")).Verdict.ShouldBe(LoginVerdict.Accepted);
            (await _fixture.LoginAsync("alice", "wrong")).Verdict.ShouldBe(LoginVerdict.Refused);
        }

        await _fixture.LoginAsync("bob", "secret");

        new[] { await _fixture.Upkeep.NextLoginAsync(), await _fixture.Upkeep.NextLoginAsync() }.ShouldBe(["alice", "bob"], ignoreOrder: true);
        _fixture.Upkeep.Logins.ShouldBe(0);
    }

    [Fact]
    public async Task While_others_wait_nothing_is_hashed_anew()
    {
        using var workers = new PasswordWorkers(new PasswordWorkersOptions { Threads = 1, QueueLength = 8 }, _fixture.Verifier, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        _fixture.Verifier.Open.Reset();
        Task<PasswordCheck> running = workers.VerifyAsync(_imported, TestUsers.Utf8("secret"), default).AsTask();
        await _fixture.Verifier.Entered.WaitAsync();
        Task<PasswordCheck> waiting = workers.VerifyAsync(_imported, TestUsers.Utf8("secret"), default).AsTask();

        (await workers.TryHashIdleAsync(TestUsers.Utf8("secret"), default)).ShouldBeNull();

        _fixture.Verifier.Open.Set();
        (await running).ShouldBe(PasswordCheck.Match);
        (await waiting).ShouldBe(PasswordCheck.Match);
        (await workers.TryHashIdleAsync(TestUsers.Utf8("secret"), default)).ShouldNotBeNull();
    }

    private Task AddAsync() => _fixture.AddAsync(TestUsers.New() with { PasswordHash = _imported });

    private async ValueTask StoreAsync(string userName, string oldHash, string newHash)
    {
        UserAccount stored = (await _fixture.Store.Users.FindAsync(userName, default))!;
        stored.PasswordHash.ShouldBe(oldHash);
        (await _fixture.Store.UpdateAsync(stored with { PasswordHash = newHash }, default)).Outcome.ShouldBe(UserStoreOutcome.Done);
    }

    private static Task UntilAsync(Func<bool> isSo) => UntilAsync(() => Task.FromResult(isSo()));

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
