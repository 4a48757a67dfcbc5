using Microsoft.Extensions.Logging;

namespace Hpc.Server.Hosting;

/// <summary>Reads certificates again three times a day (R18.5): who renews them need not tell the server.</summary>
internal sealed partial class CertificatePoll : IAsyncDisposable
{
    /// <summary>The time between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(8);

    private readonly Func<bool> _reload;
    private readonly ILogger _logger;
    private readonly PeriodicTimer _timer;
    private readonly Task _run;

    /// <param name="reload">Reads them; false if one cannot be read, and then it stays as it was.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told of those that cannot be read.</param>
    public CertificatePoll(Func<bool> reload, TimeProvider time, ILogger logger)
    {
        _reload = reload;
        _logger = logger;
        _timer = new PeriodicTimer(Interval, time);
        _run = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _run.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            try
            {
                if (!_reload())
                {
                    CertificatesKept(_logger);
                }
            }
#pragma warning disable CA1031 // A look that fails is logged, and the next one comes: else the poll would be over, and the server's end would fail by it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Failed(_logger, e);
            }
        }
    }

    [LoggerMessage(4071, LogLevel.Error, "a certificate cannot be read again, and stays as it was")]
    private static partial void CertificatesKept(ILogger logger);

    [LoggerMessage(4072, LogLevel.Error, "reading the certificates again failed, and they stay as they were")]
    private static partial void Failed(ILogger logger, Exception exception);
}
