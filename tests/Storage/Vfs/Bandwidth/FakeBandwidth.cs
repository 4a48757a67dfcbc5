using Hpc.Storage.Vfs.Bandwidth;

namespace Hpc.Storage.Tests.Vfs.Bandwidth;

/// <summary>Limits that let as many bytes pass as a test says.</summary>
internal sealed class FakeBandwidth : IBandwidth
{
    private readonly Lock _gate = new();
    private readonly List<(FakePace Pace, int Least, TaskCompletionSource<bool> Task)> _waits = [];

    public long Left { get; private set; }

    public long Taken { get; private set; }

    /// <summary>Of what came back, what was set aside for the next operation.</summary>
    public long Kept { get; private set; }

    public int Begun { get; private set; }

    public int Ended { get; private set; }

    public bool IsSuperseded { get; private set; }

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

    /// <summary>Bytes that one operation should move.</summary>
    public int Length { get; set; } = int.MaxValue;

    public long? RateOfNext { get; set; } = 0;

    public ITransferPace Begin()
    {
        Begun++;
        return new FakePace(this);
    }

    public void Supersede()
    {
        IsSuperseded = true;
        LetGo(static _ => true);
    }

    public void Allow(long bytes)
    {
        lock (_gate)
        {
            Left += bytes;
        }

        LetGo(least => Left >= least);
    }

    private void LetGo(Predicate<int> isMeant)
    {
        List<TaskCompletionSource<bool>> gone;
        lock (_gate)
        {
            gone = [.. _waits.Where(wait => isMeant(wait.Least)).Select(static wait => wait.Task)];
            _waits.RemoveAll(wait => gone.Contains(wait.Task));
        }

        gone.ForEach(static task => task.SetResult(true));
    }

    private sealed class FakePace(FakeBandwidth owner) : ITransferPace
    {
        public long? Rate => owner.RateOfNext;

        public int LengthOf(int most) => Math.Min(most, owner.Length);

        public int Prepare(int least, int most) => owner.Left >= least ? (int)Math.Min(owner.Left, most) : 0;

        public long TryTake(long least, long most)
        {
            lock (owner._gate)
            {
                long taken = owner.Left >= least ? Math.Min(owner.Left, most) : 0;
                owner.Left -= taken;
                owner.Taken += taken;
                return taken;
            }
        }

        public void Give(long bytes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(bytes);
            lock (owner._gate)
            {
                owner.Taken -= bytes;
                owner.Left += bytes;
            }
        }

        public void Keep(long bytes)
        {
            lock (owner._gate)
            {
                owner.Kept += bytes;
            }

            Give(bytes);
        }

        public async ValueTask<bool> WaitAsync(int least, CancellationToken ct)
        {
            var task = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (owner._gate)
            {
                if (owner.IsSuperseded || owner.Left >= least)
                {
                    return true;
                }

                owner._waits.Add((this, least, task));
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
            owner.Ended++;
            lock (owner._gate)
            {
                owner._waits.Where(wait => wait.Pace == this).ToList().ForEach(static wait => wait.Task.TrySetResult(true));
            }
        }
    }
}
