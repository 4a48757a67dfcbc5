using Microsoft.AspNetCore.Connections;

namespace Hpc.HttpApi.Hosting;

/// <summary>
/// Ends a connection whose first request does not come in time. Kestrel gives it the time between requests, which is for clients that have shown that they are some.
/// </summary>
internal sealed class FirstRequest : IDisposable
{
    private readonly ITimer _timer;

    public FirstRequest(ConnectionContext connection, TimeSpan patience, TimeProvider time) =>
        _timer = time.CreateTimer(static state => ((ConnectionContext)state!).Abort(), connection, patience, Timeout.InfiniteTimeSpan);

    /// <summary>It came. Called again for each further one.</summary>
    public void Came() => _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer.Dispose();
}
