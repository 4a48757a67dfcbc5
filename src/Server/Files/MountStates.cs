using System.Collections.Concurrent;
using Hpc.Storage.Vfs;

namespace Hpc.Server.Files;

/// <summary>
/// The <see cref="MountState"/> of each scope that is in use: whatever still holds one, a session or a file on its way to be closed, keeps it the one that the next session gets.
/// </summary>
internal sealed class MountStates
{
    // Dead entries are looked for when there are twice as many as were alive the last time.
    private const int FirstSweep = 1024;

    private readonly ConcurrentDictionary<string, WeakReference<MountState>> _states = new(StringComparer.Ordinal);
    private int _nextSweep = FirstSweep;

    public int Count => _states.Count;

    /// <summary>True while an upload is under way, or a file is open for writing where that is counted.</summary>
    public bool AnyInUse => _states.Values.Any(state => state.TryGetTarget(out MountState? target) && target.IsInUse);

    /// <summary>The scopes of the states that are in use.</summary>
    public IReadOnlySet<string> InUse() =>
        _states.Where(state => state.Value.TryGetTarget(out MountState? target) && target.IsInUse).Select(state => state.Key).ToHashSet(StringComparer.Ordinal);

    public MountState Of(string scope)
    {
        while (true)
        {
            if (_states.TryGetValue(scope, out WeakReference<MountState>? known) && known.TryGetTarget(out MountState? state))
            {
                return state;
            }

            state = new MountState(scope);
            var fresh = new WeakReference<MountState>(state);
            bool isMine = known is null ? _states.TryAdd(scope, fresh) : _states.TryUpdate(scope, fresh, known);
            if (isMine)
            {
                Sweep();
                return state;
            }
        }
    }

    private void Sweep()
    {
        int limit = Volatile.Read(ref _nextSweep);
        if (_states.Count < limit || Interlocked.CompareExchange(ref _nextSweep, int.MaxValue, limit) != limit)
        {
            return;
        }

        foreach (KeyValuePair<string, WeakReference<MountState>> entry in _states)
        {
            if (!entry.Value.TryGetTarget(out _))
            {
                _states.TryRemove(entry);
            }
        }

        Volatile.Write(ref _nextSweep, Math.Max(FirstSweep, _states.Count * 2));
    }
}
