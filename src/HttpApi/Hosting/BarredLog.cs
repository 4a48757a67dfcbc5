using System.Net;
using Microsoft.Extensions.Logging;

namespace Hpc.HttpApi.Hosting;

/// <summary>Tells the log of requests and connections that were refused for their address: they come in floods, so once a second at most.</summary>
internal sealed class BarredLog(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long? _loggedAt;
    private long _count;

    public void Add(IPAddress remote)
    {
        long count;
        lock (_gate)
        {
            _count++;
            if (_loggedAt is { } at && time.GetElapsedTime(at) < Period)
            {
                return;
            }

            _loggedAt = time.GetTimestamp();
            count = _count;
            _count = 0;
        }

        HttpApiLog.Barred(logger, count, remote);
    }
}
