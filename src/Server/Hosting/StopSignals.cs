using System.Runtime.InteropServices;

namespace Hpc.Server.Hosting;

/// <summary>SIGTERM and SIGINT ask to stop, once gently and twice at once; SIGHUP asks to reload.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _second = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly CancellationTokenRegistration _cancelled;

    /// <param name="onReload">Called on SIGHUP, on the thread pool.</param>
    /// <param name="ct">Counts as a first signal.</param>
    public StopSignals(Action onReload, CancellationToken ct)
    {
        foreach (PosixSignal signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT })
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Stop();
            }));
        }

        SignalCall.StopIgnoringHangup();
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            onReload();
        }));
        _cancelled = ct.Register(Stop);
    }

    /// <summary>Completes with the first signal.</summary>
    public Task Stopping => _first.Task;

    /// <summary>Completes with the second.</summary>
    public Task AtOnce => _second.Task;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _cancelled.Dispose();
    }

    private void Stop()
    {
        if (!_first.TrySetResult())
        {
            _second.TrySetResult();
        }
    }
}
