using Hpc.Crypto;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Authentication;

/// <summary>What follows an accepted login, behind its answer: it is written down, and a hash of another algorithm is replaced (R10.5).</summary>
internal sealed class LoginAftermath(IAccountUpkeep? upkeep, PasswordWorkers workers, VerifiedPasswords? verified, TimeProvider time, ILogger logger)
{
    private readonly Spaced _spaced = new(TimeSpan.FromMinutes(1), time);
    private readonly Errands _records = new("login record", maxRunning: 32, logger);

    // One at a time: an import of many users moves to the new algorithm as they come, without taking the workers from logins.
    private readonly Errands _rehashes = new("password rehash", maxRunning: 1, logger);

    /// <summary>Takes note of a login.</summary>
    public void Record(string userName)
    {
        if (upkeep is not null && _spaced.TryPass(userName))
        {
            _records.TryRun(ct => upkeep.RecordLoginAsync(userName, ct).AsTask());
        }
    }

    /// <summary>Makes a hash of the preferred algorithm of a password that was just right for another; of which a copy is taken.</summary>
    public void Rehash(string userName, string hash, ReadOnlyMemory<byte> password)
    {
        if (upkeep is null || workers.IsPreferred(hash))
        {
            return;
        }

        var copy = new SecretBytes(password.Span);
        if (!_rehashes.TryRun(ct => RehashAsync(userName, hash, copy, ct)))
        {
            copy.Dispose();
        }
    }

    private async Task RehashAsync(string userName, string hash, SecretBytes password, CancellationToken ct)
    {
        using (password)
        {
            byte[] plain = password.Span.ToArray();
            try
            {
                // Not while others wait: the next login tries again.
                if (await workers.TryHashIdleAsync(plain, ct).ConfigureAwait(false) is not { } newHash)
                {
                    return;
                }

                await upkeep!.RehashAsync(userName, hash, newHash, ct).ConfigureAwait(false);
                verified?.Add(userName, newHash, plain);
            }
            finally
            {
                System.Security.Cryptography.CryptographicOperations.ZeroMemory(plain);
            }
        }
    }
}
