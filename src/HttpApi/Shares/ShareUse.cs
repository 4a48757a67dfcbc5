using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.HttpApi.Shares;

/// <summary>One use of a share (R3.27), taken before the transfer and given back unless it is kept. Uses never pass their number, whoever asks at the same moment on whatever node.</summary>
internal sealed class ShareUse(IActivityStore store, ObjectKey share) : IAsyncDisposable
{
    // Ten minutes, as for logins.
    private const long LastUseStep = 600_000;

    private bool _isKept;

    /// <summary>Null if there are no more, or the share is gone.</summary>
    public static async ValueTask<ShareUse?> TryTakeAsync(IActivityStore store, Share share, DateTimeOffset now, CancellationToken ct)
    {
        var key = new ObjectKey(ObjectKind.Share, share.Id);
        if (!await store.TryAddAsync(key, ActivityField.UsedTokens, 1, share.MaxTokens, ct).ConfigureAwait(false))
        {
            return null;
        }

        var use = new ShareUse(store, key);
        try
        {
            long at = now.ToUnixTimeMilliseconds();
            if (at - share.LastUseAt >= LastUseStep)
            {
                await store.RaiseAsync(key, ActivityField.LastUse, at, ct).ConfigureAwait(false);
            }
            else if (share.LastUseAt - at >= LastUseStep)
            {
                // From a clock that was ahead; raised alone, it would stay until then.
                await store.SetAsync([(key, ActivityField.LastUse, at)], ct).ConfigureAwait(false);
            }

            return use;
        }
        catch
        {
            await use.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The transfer is whole: it counts.</summary>
    public void Keep() => _isKept = true;

    public async ValueTask DisposeAsync()
    {
        if (!_isKept)
        {
            _isKept = true;

            // Without a limit: what is given back is never refused. Not cancelled with the client, who may be why it failed.
            await store.TryAddAsync(share, ActivityField.UsedTokens, -1, 0, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
