using System.Diagnostics.CodeAnalysis;
using System.Net;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Stores;
using Hpc.Crypto.Keys;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Accounts.Tests.Authentication;

/// <summary>Logins with a store that answers without waiting, and with passwords that were verified before: the outcome is that of the whole way.</summary>
public sealed class ShortWayTests : IDisposable
{
    private readonly QuickStore _store = new();
    private readonly CountingVerifier _verifier = new();
    private readonly PasswordWorkers _workers;
    private readonly VerifiedPasswords _verified = new(new VerifiedPasswordsOptions(), TimeProvider.System);
    private readonly Authenticator _authenticator;
    private readonly SshPrivateKey _key = TestUsers.NewKey();
    private readonly SshPrivateKey _other = TestUsers.NewKey();

    public ShortWayTests()
    {
        _workers = new PasswordWorkers(new PasswordWorkersOptions { Threads = 1 }, _verifier, TimeProvider.System, NullLogger.Instance);
        _authenticator = new Authenticator(_store, _workers, TimeProvider.System, NullLogger<Authenticator>.Instance, _verified);
    }

    public void Dispose()
    {
        _workers.Dispose();
        _verified.Dispose();
        _key.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task A_password_that_was_verified_is_not_hashed_again()
    {
        await _store.Users.AddAsync(TestUsers.New(password: "secret"), default);

        (await LoginAsync("secret")).Verdict.ShouldBe(LoginVerdict.Accepted);
        (await LoginAsync("secret")).Verdict.ShouldBe(LoginVerdict.Accepted);

        _verifier.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Nor_where_the_store_has_to_be_waited_for()
    {
        await _store.Users.AddAsync(TestUsers.New(password: "secret"), default);
        (await LoginAsync("secret")).Verdict.ShouldBe(LoginVerdict.Accepted);
        _store.IsBusy = true;

        (await LoginAsync("secret")).Verdict.ShouldBe(LoginVerdict.Accepted);

        _verifier.Calls.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wrong_password_costs_a_look_up_whoever_is_asked_for(bool isBusy)
    {
        await _store.Users.AddAsync(TestUsers.New(password: "secret"), default);
        _store.IsBusy = isBusy;

        (await LoginAsync("wrong")).Verdict.ShouldBe(LoginVerdict.Refused);
        _store.Lookups.ShouldBe(1);
        (await LoginAsync("wrong", "nobody")).Verdict.ShouldBe(LoginVerdict.Refused);
        _store.Lookups.ShouldBe(2);
        _verifier.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_wrong_password_is_hashed_every_time_and_takes_nothing_from_the_right_one()
    {
        await _store.Users.AddAsync(TestUsers.New(password: "secret"), default);
        (await LoginAsync("secret")).Verdict.ShouldBe(LoginVerdict.Accepted);

        (await LoginAsync("wrong")).Verdict.ShouldBe(LoginVerdict.Refused);
        (await LoginAsync("wrong")).Verdict.ShouldBe(LoginVerdict.Refused);
        (await LoginAsync("secret")).Verdict.ShouldBe(LoginVerdict.Accepted);

        _verifier.Calls.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_changed_password_lets_the_old_one_in_no_more()
    {
        await _store.Users.AddAsync(TestUsers.New(password: "secret"), default);
        await LoginAsync("secret");
        await ChangeAsync(user => user with { PasswordHash = TestUsers.CheapHash("newer") });

        (await LoginAsync("secret")).Verdict.ShouldBe(LoginVerdict.Refused);
        (await LoginAsync("newer")).Verdict.ShouldBe(LoginVerdict.Accepted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_user_who_is_disabled_expired_or_removed_is_refused_whatever_was_remembered(bool byKey)
    {
        await _store.Users.AddAsync(TestUsers.New(password: "secret") with { PublicKeys = [TestUsers.LineOf(_key)] }, default);
        Func<Task<LoginOutcome>> login = byKey ? () => LoginAsync(_key) : () => LoginAsync("secret");
        (await login()).Verdict.ShouldBe(LoginVerdict.Accepted);

        await ChangeAsync(user => user with { IsEnabled = false });
        (await login()).Verdict.ShouldBe(LoginVerdict.Refused);
        await ChangeAsync(user => user with { IsEnabled = true });
        (await login()).Verdict.ShouldBe(LoginVerdict.Accepted);
        await ChangeAsync(user => user with { ExpiresAt = DateTimeOffset.UnixEpoch });
        (await login()).Verdict.ShouldBe(LoginVerdict.Refused);
        await _store.Users.DeleteAsync("alice", default);
        (await login()).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task A_key_that_is_held_asks_the_store_nothing_that_takes_time()
    {
        await _store.Users.AddAsync(TestUsers.New() with { PublicKeys = [TestUsers.LineOf(_key)] }, default);

        (await LoginAsync(_key)).Verdict.ShouldBe(LoginVerdict.Accepted);

        _store.Lookups.ShouldBe(0);
    }

    [Fact]
    public async Task A_refusal_costs_a_look_up_whoever_is_asked_for()
    {
        await _store.Users.AddAsync(TestUsers.New() with { PublicKeys = [TestUsers.LineOf(_key)] }, default);

        (await LoginAsync(_other)).Verdict.ShouldBe(LoginVerdict.Refused);
        _store.Lookups.ShouldBe(1);
        (await LoginAsync(_other, "nobody")).Verdict.ShouldBe(LoginVerdict.Refused);
        _store.Lookups.ShouldBe(2);
    }

    [Fact]
    public async Task A_store_that_folds_names_lets_nobody_in_as_another()
    {
        await _store.Users.AddAsync(TestUsers.New() with { PublicKeys = [TestUsers.LineOf(_key)] }, default);
        _store.FoldsCase = true;

        (await LoginAsync(_key, "ALICE")).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public void Parsed_once_or_parsed_each_time_the_same_keys_are_held()
    {
        var random = new Random(20261121);
        SshPrivateKey[] all = [.. Enumerable.Range(0, 6).Select(_ => TestUsers.NewKey())];
        IPAddress[] addresses = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("198.51.100.7"), IPAddress.Parse("2001:db8::1")];
        string[] options = ["", "from=\"192.0.2.0/24\" ", "from=\"!192.0.2.1,192.0.2.0/24,2001:db8::/32\" ", "no-pty "];
        var keys = new UserKeys();
        int held = 0;
        for (int round = 0; round < 300; round++)
        {
            string[] lines = [.. Enumerable.Range(0, random.Next(4)).Select(_ => options[random.Next(options.Length)] + TestUsers.LineOf(all[random.Next(all.Length)]))];
            UserAccount user = TestUsers.New() with { PublicKeys = lines };
            for (int i = 0; i < 5; i++)
            {
                ReadOnlySpan<byte> blob = all[random.Next(all.Length)].PublicKey.Blob.Span;
                IPAddress address = addresses[random.Next(addresses.Length)];
                bool plain = keys.Hold(user, blob, address);
                keys.HoldAgain(user, blob, address).ShouldBe(plain);
                held += plain ? 1 : 0;
            }
        }

        held.ShouldBeGreaterThan(50);
        Array.ForEach(all, static key => key.Dispose());
    }

    private Task<LoginOutcome> LoginAsync(string password, string user = "alice") =>
        _authenticator.AuthenticateAsync(AuthenticatorFixture.PasswordAttempt(user, TestUsers.Utf8(password)), default).AsTask();

    private Task<LoginOutcome> LoginAsync(SshPrivateKey key, string user = "alice") =>
        _authenticator.AuthenticateAsync(AuthenticatorFixture.KeyAttempt(user, key, proven: true), default).AsTask();

    private async Task ChangeAsync(Func<UserAccount, UserAccount> change) =>
        (await _store.Users.UpdateAsync(change((await _store.Users.FindAsync("alice", default))!), default)).Outcome.ShouldBe(UserStoreOutcome.Done);

    /// <summary>Tells what it has at once, and counts what it is asked for the long way.</summary>
    private sealed class QuickStore : IUserStore
    {
        public MemoryUserStore Users { get; } = new();

        public int Lookups { get; private set; }

        public bool FoldsCase { get; set; }

        /// <summary>True if it can tell nothing at once.</summary>
        public bool IsBusy { get; set; }

        public bool TryFindNow(string userName, [NotNullWhen(true)] out UserAccount? user)
        {
            ValueTask<UserAccount?> found = Find(userName);
            user = IsBusy ? null : found.IsCompletedSuccessfully ? found.Result : null;
            return user is not null;
        }

        public ValueTask<UserAccount?> FindAsync(string userName, CancellationToken ct)
        {
            Lookups++;
            return Find(userName);
        }

        public ValueTask<IReadOnlyList<UserAccount>> ListAsync(string? after, int limit, CancellationToken ct) => Users.ListAsync(after, limit, ct);

        public ValueTask<UserStoreResult> AddAsync(UserAccount user, CancellationToken ct) => Users.AddAsync(user, ct);

        public ValueTask<UserStoreResult> UpdateAsync(UserAccount user, CancellationToken ct) => Users.UpdateAsync(user, ct);

        public ValueTask<UserStoreOutcome> DeleteAsync(string userName, CancellationToken ct) => Users.DeleteAsync(userName, ct);

        public ValueTask<long> GetChangeStampAsync(CancellationToken ct) => Users.GetChangeStampAsync(ct);

#pragma warning disable CA1308 // Names in tests are lower case.
        private ValueTask<UserAccount?> Find(string userName) => Users.FindAsync(FoldsCase ? userName.ToLowerInvariant() : userName, default);
#pragma warning restore CA1308
    }
}
