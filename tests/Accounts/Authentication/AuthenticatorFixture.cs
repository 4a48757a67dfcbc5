using System.Net;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.SecondFactor;
using Hpc.Accounts.Stores;
using Hpc.Accounts.Tests.SecondFactor;
using Hpc.Crypto.Keys;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Accounts.Tests.Authentication;

/// <summary>An authenticator over a store, workers and a clock that the test holds.</summary>
internal sealed class AuthenticatorFixture : IDisposable
{
    private readonly MemoryDataProvider _provider;
    private readonly VerifiedPasswords? _verified;

    public AuthenticatorFixture(PasswordWorkersOptions? workers = null, bool remembers = false, AuthenticatorOptions? options = null)
    {
        _provider = new MemoryDataProvider(Time);
        _provider.OpenAsync(SchemaUpdate.Automatic, CancellationToken.None).AsTask().IsCompletedSuccessfully.ShouldBeTrue();
        _verified = remembers ? new VerifiedPasswords(new VerifiedPasswordsOptions(), Time) : null;
        Workers = new PasswordWorkers(workers ?? new PasswordWorkersOptions { Threads = 2 }, Verifier, Time, NullLogger.Instance);
        var secondFactors = new SecondFactors(TotpSettings.Default, Secrets, _provider.Ephemeral, Time);
        Authenticator = new Authenticator(Store, Workers, Time, NullLogger<Authenticator>.Instance, _verified, secondFactors, Upkeep, options);
    }

    public PlainSecrets Secrets { get; } = new();

    public SpyingUpkeep Upkeep { get; } = new();

    public SpyingUserStore Store { get; } = new();

    public CountingVerifier Verifier { get; } = new();

    public ManualTime Time { get; } = new();

    public PasswordWorkers Workers { get; }

    public Authenticator Authenticator { get; }

    public static LoginAttempt PasswordAttempt(string user, byte[] password, LoginMethod method = LoginMethod.Password, string protocol = "SSH") => new()
    {
        UserName = user,
        RemoteAddress = IPAddress.Parse("192.0.2.1"),
        Protocol = protocol,
        Method = method,
        Password = password,
    };

    public static LoginAttempt KeyAttempt(string user, SshPrivateKey key, bool proven) => new()
    {
        UserName = user,
        RemoteAddress = IPAddress.Parse("192.0.2.1"),
        Protocol = "SSH",
        Method = LoginMethod.PublicKey,
        PublicKey = key.PublicKey.Blob,
        PossessionProven = proven,
    };

    public async Task AddAsync(UserAccount user) => (await Store.AddAsync(user, default)).Outcome.ShouldBe(UserStoreOutcome.Done);

    public Task<LoginOutcome> LoginAsync(string user, string password, CancellationToken ct = default) =>
        Authenticator.AuthenticateAsync(PasswordAttempt(user, TestUsers.Utf8(password)), ct).AsTask();

    public Task<LoginOutcome> LoginAsync(string user, string password, string protocol, string? passcode = null) =>
        LoginAsync(PasswordAttempt(user, TestUsers.Utf8(password), protocol: protocol) with { Passcode = passcode });

    public Task<LoginOutcome> LoginAsync(LoginAttempt attempt, CancellationToken ct = default) => Authenticator.AuthenticateAsync(attempt, ct).AsTask();

    public void Dispose()
    {
        Verifier.Open.Set();
        Workers.Dispose();
        _verified?.Dispose();
    }
}
