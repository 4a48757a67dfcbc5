using System.Net;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Stores;
using Hpc.Crypto.Keys;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Accounts.Tests.Authentication;

/// <summary>An authenticator over a store, workers and a clock that the test holds.</summary>
internal sealed class AuthenticatorFixture : IDisposable
{
    public AuthenticatorFixture(PasswordWorkersOptions? options = null)
    {
        Workers = new PasswordWorkers(options ?? new PasswordWorkersOptions { Threads = 2 }, Verifier, Time, NullLogger.Instance);
        Authenticator = new Authenticator(Store, Workers, Time, NullLogger<Authenticator>.Instance);
    }

    public SpyingUserStore Store { get; } = new();

    public CountingVerifier Verifier { get; } = new();

    public ManualTime Time { get; } = new();

    public PasswordWorkers Workers { get; }

    public Authenticator Authenticator { get; }

    public static LoginAttempt PasswordAttempt(string user, byte[] password, LoginMethod method = LoginMethod.Password) => new()
    {
        UserName = user,
        RemoteAddress = IPAddress.Parse("192.0.2.1"),
        Protocol = "SSH",
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

    public Task<LoginOutcome> LoginAsync(LoginAttempt attempt, CancellationToken ct = default) => Authenticator.AuthenticateAsync(attempt, ct).AsTask();

    public void Dispose()
    {
        Verifier.Open.Set();
        Workers.Dispose();
    }
}
