using Hpc.Storage.Vfs.Bandwidth;

namespace Hpc.HttpApi.Tests;

/// <summary>Limits that let as many bytes pass as a test says.</summary>
internal sealed class FakeBandwidth : IBandwidth
{
    private readonly Lock _gate = new();
    private readonly List<(int Least, TaskCompletionSource<bool> Task)> _waits = [];
    private long _left;
    private bool _isSuperseded;

    /// <summary>Bytes that one operation should move.</summary>
    public int Length { get; init; } = 16 * 1024;

    public long Taken { get; private set; }

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

    public long? RateOfNext => 0;

    public ITransferPace Begin() => new Pace(this);

    public void Supersede()
    {
        lock (_gate)
        {
            _isSuperseded = true;
            _waits.ToList().ForEach(static wait => wait.Task.TrySetResult(true));
        }
    }

    public void Allow(long bytes)
    {
        lock (_gate)
        {
            _left += bytes;
            _waits.Where(wait => wait.Least <= _left).ToList().ForEach(static wait => wait.Task.TrySetResult(true));
        }
    }

    private sealed class Pace(FakeBandwidth owner) : ITransferPace
    {
        public long? Rate => owner.RateOfNext;

        public int LengthOf(int most) => Math.Min(most, owner.Length);

        public int Prepare(int least, int most)
        {
            lock (owner._gate)
            {
                return owner._left >= least ? (int)Math.Min(owner._left, most) : 0;
            }
        }

        public long TryTake(long least, long most)
        {
            lock (owner._gate)
            {
                long taken = owner._left >= least ? Math.Min(owner._left, most) : 0;
                owner._left -= taken;
                owner.Taken += taken;
                return taken;
            }
        }

        public void Give(long bytes)
        {
            lock (owner._gate)
            {
                owner._left += bytes;
                owner.Taken -= bytes;
            }
        }

        public void Keep(long bytes) => Give(bytes);

        public async ValueTask<bool> WaitAsync(int least, CancellationToken ct)
        {
            var task = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (owner._gate)
            {
                if (owner._isSuperseded || owner._left >= least)
                {
                    return true;
                }

                owner._waits.Add((least, task));
            }

            using CancellationTokenRegistration registration = ct.Register(() => task.TrySetResult(false));
            bool result = await task.Task;
            lock (owner._gate)
            {
                owner._waits.RemoveAll(wait => wait.Task == task);
            }

            return result;
        }

        public void Dispose()
        {
        }
    }
}
