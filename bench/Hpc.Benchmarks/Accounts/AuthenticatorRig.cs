using System.Net;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Crypto.Keys;
using Hpc.Crypto.Passwords;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Benchmarks.Accounts;

/// <summary>An authenticator over one user who is at hand, with one key and a password.</summary>
internal sealed class AuthenticatorRig : IDisposable
{
    private static readonly byte[] Password = "correct horse"u8.ToArray();

    private readonly PasswordWorkers _workers = new(new PasswordWorkersOptions { Threads = 1 }, TimeProvider.System, NullLogger<PasswordWorkers>.Instance);
    private readonly Authenticator _authenticator;
    private readonly VerifiedPasswords _verified = new(new VerifiedPasswordsOptions { Lifetime = TimeSpan.FromDays(1) }, TimeProvider.System);
    private readonly LoginAttempt _attempt;

    private AuthenticatorRig(UserAccount user, byte[] blob)
    {
        _authenticator = new Authenticator(new OneAccount(user), _workers, TimeProvider.System, NullLogger<Authenticator>.Instance, _verified);
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
        var user = new UserAccount
        {
            UserName = "alice",
            HomeDirectory = "/",
            PasswordHash = PasswordHash.HashBcrypt(Password, 10),
            PublicKeys = [$"ssh-ed25519 {Convert.ToBase64String(blob)}"],
        };
        var rig = new AuthenticatorRig(user, blob);
        await rig.JudgePasswordAsync().ConfigureAwait(false);
        return rig;
    }

    /// <summary>Judges a password that was verified before.</summary>
    public ValueTask<LoginVerdict> JudgePasswordAsync() => JudgeAsync(_attempt with { Method = LoginMethod.Password, Password = Password });

    /// <summary>Judges a key whose possession is proven.</summary>
    public ValueTask<LoginVerdict> JudgeAsync() => JudgeAsync(_attempt);

    public void Dispose()
    {
        _workers.Dispose();
        _verified.Dispose();
    }

    private async ValueTask<LoginVerdict> JudgeAsync(LoginAttempt attempt)
    {
        LoginOutcome outcome = await _authenticator.AuthenticateAsync(attempt, CancellationToken.None).ConfigureAwait(false);
        return outcome.Verdict == LoginVerdict.Accepted ? outcome.Verdict : throw new InvalidOperationException(outcome.Reason);
    }
}
