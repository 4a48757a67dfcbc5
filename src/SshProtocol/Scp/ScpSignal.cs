using System.Threading.Tasks.Sources;

namespace Hpc.SshProtocol.Scp;

internal enum ScpWake : byte
{
    /// <summary>What was waited for is there.</summary>
    Done,

    /// <summary>The record is longer than any may be.</summary>
    TooLong,

    /// <summary>Storage wants a worker before it goes on.</summary>
    NeedsWorker,

    /// <summary>The peer sends no more.</summary>
    EndOfInput,

    /// <summary>The channel is over.</summary>
    Closed,
}

/// <summary>
/// What the transfer awaits, one thing at a time, without an allocation for each. It is set with the turn held;
/// the continuation runs elsewhere, so that it does not hold it.
/// </summary>
internal sealed class ScpSignal : IValueTaskSource<ScpWake>
{
    private ManualResetValueTaskSourceCore<ScpWake> _core = new() { RunContinuationsAsynchronously = true };

    public ValueTask<ScpWake> Begin()
    {
        _core.Reset();
        return new ValueTask<ScpWake>(this, _core.Version);
    }

    public void Set(ScpWake wake) => _core.SetResult(wake);

    public ScpWake GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
