using Hpc.Accounts.Authentication;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Secrets;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Services;

/// <summary>What all services of one provider work with.</summary>
internal sealed class ServiceEnvironment
{
    public required IDataProvider Provider { get; init; }

    public required IPasswordHasher Hasher { get; init; }

    public required ISecretProtector Protector { get; init; }

    public required AccountServicesOptions Options { get; init; }

    public required NameRules Names { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    public IUsageFigures? Usage { get; init; }

    public IReadOnlyList<IAccountChangeListener> Listeners { get; init; } = [];

    public IObjectEventSink? Events { get; init; }

    public IObjectStore Objects => Provider.Objects;

    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>After a commit: it has happened, so whoever asked for it being gone is no reason to leave the rest of the process with the old state.</summary>
    public async ValueTask AnnounceAsync(IReadOnlyList<ObjectKey> keys)
    {
        foreach (IAccountChangeListener listener in Listeners)
        {
            await listener.ChangedAsync(keys, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
