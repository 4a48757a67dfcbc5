using Hpc.Accounts.Data;
using Hpc.Accounts.Services;

namespace Hpc.Server.Provision;

/// <summary>Passes changes on to whoever is there by now: sessions come after the accounts that they are for.</summary>
internal sealed class ChangeRelay : IAccountChangeListener
{
    /// <summary>In the order in which they are told.</summary>
    public IReadOnlyList<IAccountChangeListener> Listeners { get; set; } = [];

    public async ValueTask ChangedAsync(IReadOnlyList<ObjectKey> keys, CancellationToken ct)
    {
        foreach (IAccountChangeListener listener in Listeners)
        {
            await listener.ChangedAsync(keys, ct).ConfigureAwait(false);
        }
    }
}
