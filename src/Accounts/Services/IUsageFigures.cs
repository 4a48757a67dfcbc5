using Hpc.Accounts.Usage;

namespace Hpc.Accounts.Services;

/// <summary>What users and folders have in use, for those who show it.</summary>
public interface IUsageFigures
{
    /// <summary>What is known of these scopes (see <see cref="UsageScope"/>); one that was never counted is not in it.</summary>
    ValueTask<IReadOnlyDictionary<string, UsageRecord>> FindAsync(IReadOnlyCollection<string> scopes, CancellationToken ct);

    /// <summary>Forgets a scope: its user or folder is gone.</summary>
    ValueTask DeleteAsync(string scope, CancellationToken ct);

    /// <summary>Sets what is in use, from a dump or by an operator; null leaves a number.</summary>
    ValueTask SetAsync(string scope, long? files, long? bytes, long? uploaded, long? downloaded, CancellationToken ct);
}
