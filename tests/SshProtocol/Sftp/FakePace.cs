using Hpc.Storage;

namespace Hpc.SshProtocol.Tests.Sftp;

/// <summary>A limit of speed that lets as many bytes pass as a test says.</summary>
internal sealed class FakePace : IFilePace
{
    private readonly Lock _gate = new();
    private readonly List<(long Least, TaskCompletionSource<bool> Task)> _waits = [];
    private long _left;
    private bool _isOver;

    /// <summary>Bytes that one operation should move.</summary>
    public int Length { get; init; } = 4096;

    /// <summary>What a transfer is told that it can expect.</summary>
    public long? Rate { get; init; } = 50 * 4096;

    /// <summary>Bytes that come with each time it is asked, as of a limit whose time goes on.</summary>
    public int Drip { get; init; }

    /// <summary>True if a wait is served at once.</summary>
    public bool Serves { get; init; }

    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waits.Count;
            }
        }
    }

    public int LengthOf(int most) => Math.Min(most, Length);

    public int Prepare(int least, int most)
    {
        lock (_gate)
        {
            _left += Drip;
            return _left >= least ? (int)Math.Min(_left, most) : 0;
        }
    }

    public bool TryTake(long bytes)
    {
        lock (_gate)
        {
            if (_left < bytes)
            {
                return false;
            }

            _left -= bytes;
            return true;
        }
    }

    public async ValueTask<bool> WaitAsync(int least, CancellationToken ct)
    {
        var task = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _left += Serves ? least : 0;
            if (_isOver || _left >= least)
            {
                return true;
            }

            _waits.Add((least, task));
        }

        using CancellationTokenRegistration registration = ct.Register(() => task.TrySetResult(false));
        bool result = await task.Task;
        lock (_gate)
        {
            _waits.RemoveAll(wait => wait.Task == task);
        }

        return result;
    }

    public void Allow(long bytes)
    {
        lock (_gate)
        {
            _left += bytes;
            _waits.Where(wait => wait.Least <= _left).ToList().ForEach(static wait => wait.Task.TrySetResult(true));
        }
    }

    /// <summary>Another limit, or none, takes its place.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isOver = true;
            _waits.ToList().ForEach(static wait => wait.Task.TrySetResult(true));
        }
    }
}
