using System.Diagnostics.CodeAnalysis;
using Hpc.Accounts;
using Hpc.Accounts.Lookup;

namespace Hpc.Benchmarks.Accounts;

/// <summary>A directory of one user, who is always at hand.</summary>
internal sealed class OneAccount(UserAccount user) : IAccountDirectory
{
    public ValueTask<UserAccount?> FindAsync(string userName, CancellationToken ct) => new(TryFindNow(userName, out UserAccount? found) ? found : null);

    public bool TryFindNow(string userName, [NotNullWhen(true)] out UserAccount? found)
    {
        found = string.Equals(userName, user.UserName, StringComparison.Ordinal) ? user : null;
        return found is not null;
    }

    public ValueTask<long> GetChangeStampAsync(CancellationToken ct) => new(1L);
}
