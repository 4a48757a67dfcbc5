using System.Security.Cryptography;
using System.Text;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services;

/// <summary>What logins change, in users or in administrators. No event is told of it (R8.18), and no time of an update.</summary>
internal sealed class AccountUpkeep<T>(
    ObjectService<T> accounts, Func<T, string?> passwordOf, Func<T, string, T> withPassword, Func<T, StoredFactor> factorOf, Func<T, StoredFactor, T> withFactor, ServiceEnvironment services) : IAccountUpkeep
    where T : class, IAccountObject
{
    private static readonly TimeSpan LoginInterval = TimeSpan.FromMinutes(10);

    public async ValueTask RehashAsync(string userName, string verifiedHash, string newHash, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(userName);
        ArgumentNullException.ThrowIfNull(newHash);
        await accounts.MutateAsync(userName, account => passwordOf(account) == verifiedHash ? withPassword(account, newHash) : null, ct).ConfigureAwait(false);
    }

    public async ValueTask<bool> UseRecoveryCodeAsync(string userName, string code, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(userName);
        ArgumentNullException.ThrowIfNull(code);
        byte[] given = Encoding.UTF8.GetBytes(code.Trim());
        return await accounts.MutateAsync(
            userName,
            account => Use(factorOf(account), given) is { } used ? withFactor(account, used) : null,
            ct).ConfigureAwait(false) is not null;
    }

    public async ValueTask RecordLoginAsync(string userName, CancellationToken ct)
    {
        try
        {
            var key = new ObjectKey(accounts.Kind, userName);
            IReadOnlyDictionary<(ObjectKey Key, ActivityField Field), long> last = await services.Provider.Activity.FindAsync([key], ct).ConfigureAwait(false);
            long now = services.Now;
            long since = now - last.GetValueOrDefault((key, ActivityField.LastUse));
            if (since >= (long)LoginInterval.TotalMilliseconds)
            {
                await services.Provider.Activity.RaiseAsync(key, ActivityField.LastUse, now, ct).ConfigureAwait(false);
            }
            else if (since <= -(long)LoginInterval.TotalMilliseconds)
            {
                // From a clock that was ahead; raised alone, it would stay until then.
                await services.Provider.Activity.SetAsync([(key, ActivityField.LastUse, now)], ct).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            ServicesLog.LoginNotRecorded(services.Logger, exception, userName);
        }
    }

    // Codes are there beside a second factor alone; every one is compared, so that time tells nothing.
    private StoredFactor? Use(StoredFactor factor, byte[] given)
    {
        if (!factor.Totp.Enabled)
        {
            return null;
        }

        int found = -1;
        for (int i = 0; i < factor.Codes.Count; i++)
        {
            bool fits = services.Protector.TryReveal(factor.Codes[i].Secret, out string? plain) && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(plain), given);
            found = fits && !factor.Codes[i].Used ? i : found;
        }

        return found < 0 ? null : factor with { Codes = [.. factor.Codes.Select((code, i) => i == found ? code with { Used = true } : code)] };
    }
}
