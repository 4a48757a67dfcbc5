using System.Net;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Stores;
using Hpc.Crypto.Keys;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Benchmarks.Accounts;

/// <summary>An authenticator over one user in memory with one key.</summary>
internal sealed class AuthenticatorRig : IDisposable
{
    private readonly PasswordWorkers _workers = new(new PasswordWorkersOptions { Threads = 1 }, TimeProvider.System, NullLogger<PasswordWorkers>.Instance);
    private readonly Authenticator _authenticator;
    private readonly LoginAttempt _attempt;

    private AuthenticatorRig(MemoryUserStore users, byte[] blob)
    {
        _authenticator = new Authenticator(users, _workers, TimeProvider.System, NullLogger<Authenticator>.Instance);
        _attempt = new LoginAttempt
        {
            UserName = "alice",
            RemoteAddress = new IPAddress([192, 0, 2, 1]),
            Protocol = "SSH",
            Method = LoginMethod.PublicKey,
            PublicKey = blob,
            PossessionProven = true,
        };
    }

    public static async Task<AuthenticatorRig> CreateAsync()
    {
        using SshPrivateKey key = SshPrivateKeys.Generate("ssh-ed25519");
        byte[] blob = key.PublicKey.Blob.ToArray();
        var users = new MemoryUserStore();
        var user = new UserAccount { UserName = "alice", HomeDirectory = "/", PublicKeys = [$"ssh-ed25519 {Convert.ToBase64String(blob)}"] };
        await users.AddAsync(user, CancellationToken.None).ConfigureAwait(false);
        return new AuthenticatorRig(users, blob);
    }

    /// <summary>Judges a key whose possession is proven.</summary>
    public async ValueTask<LoginVerdict> JudgeAsync()
    {
        LoginOutcome outcome = await _authenticator.AuthenticateAsync(_attempt, CancellationToken.None).ConfigureAwait(false);
        return outcome.Verdict == LoginVerdict.Accepted ? outcome.Verdict : throw new InvalidOperationException(outcome.Reason);
    }

    public void Dispose() => _workers.Dispose();
}
