using Hpc.LoadTests.Report;

namespace Hpc.LoadTests.Cli;

/// <summary>Shows a run's progress until it is disposed.</summary>
internal sealed class ProgressDisplay : IAsyncDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly Task _running;

    public ProgressDisplay(LiveProgress progress) => _running = progress.RunAsync(_over.Token);

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _over.Dispose();
    }
}
