using Hpc.Accounts.Objects;
using Hpc.Accounts.Sessions;

namespace Hpc.Server.Hosting;

// Sessions that were opened for a share.
internal sealed partial class AccountChanges
{
    private static readonly long LastMillisecond = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private ValueTask<Share?> FindShareAsync(SessionRequest request, CancellationToken ct) =>
        request.Share is { } opened && _shares is not null ? _shares.FindShareAsync(opened.Id, ct) : default;

    private SessionVerdict JudgeShare(SessionRequest request, Share? now) => request.Share is { } opened ? opened.Judge(now, _time.GetUtcNow()) : SessionVerdict.GoesOn;

    private static DateTimeOffset? ExpiryOf(Share? share) =>
        share is { ExpiresAt: > 0 and var end } ? DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(end, LastMillisecond)) : null;
}
