using System.Collections.Concurrent;
using Hpc.Actors.Defender;
using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Cluster.Wiring;

/// <summary>
/// Tells all nodes of bans and their ends, one at a time, and again what could not be told: at most <see cref="MaxAtOnce"/>, then a pause.
/// A ban that points have led to is told by the tick, and is no more untold when the first pause is over.
/// </summary>
#pragma warning disable CA1001 // A semaphore that nobody waits for by handle holds nothing to let go of.
internal sealed class BanTeller(MemoryBoard board, IDefenderLine line, TimeProvider time, ILogger logger)
#pragma warning restore CA1001
{
    public const int MaxAtOnce = 1_000;

    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // A connection of the pool may be one that the database has closed.
    private const int Tries = 2;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<HostKey, byte> _lifted = [];
    private volatile TaskCompletionSource _hurry = NewSignal();
    private int _isRunning;
    private bool _isFailing;

    public bool HasLifted => !_lifted.IsEmpty;

    private bool HasUntold => board.HasUntold || !_lifted.IsEmpty;

    /// <summary>An operator here has lifted the ban, and the others do not know yet: what they say of it is older.</summary>
    public bool IsLifted(HostKey host) => !_lifted.IsEmpty && _lifted.ContainsKey(host);

    /// <summary>An operator has banned the host again.</summary>
    public void ForgetLifted(HostKey host) => _lifted.TryRemove(host, out _);

    /// <summary>There is a ban that is not told; returns at once.</summary>
    public void Ask()
    {
        if (Interlocked.Exchange(ref _isRunning, 1) == 0)
        {
            _ = Task.Run(RunAsync);
        }
    }

    /// <summary>As <see cref="Ask"/>, without the pause: the engine has just answered.</summary>
    public void Hurry()
    {
        _hurry.TrySetResult();
        Ask();
    }

    /// <summary>Tells of a ban that is in force here; false if that is not certain.</summary>
    public ValueTask<bool> TellBanAsync(HostKey host, CancellationToken ct) => InTurnAsync(
        async () =>
        {
            if (board.FindUntold(host) is not { } ban)
            {
                return true;
            }

            bool isTold = await PublishAsync(new ClusterNotice(ClusterNoticeKind.Ban, host.ToString(), Left: ban.Left)).ConfigureAwait(false);
            if (isTold)
            {
                board.MarkTold(host, ban.End);
            }

            return isTold;
        },
        ct);

    /// <summary>Tells of the end of a ban; false if that is not certain. What was told before is in force before it.</summary>
    public ValueTask<bool> TellUnbanAsync(HostKey host, CancellationToken ct)
    {
        // Beyond the bound it is told once.
        if (_lifted.Count < MemoryBoard.MaxByHand)
        {
            _lifted.TryAdd(host, 0);
            Ask();
        }

        return InTurnAsync(() => TellLiftedAsync(host), ct);
    }

    /// <summary>Tells of what is untold now; at the first failure it gives up.</summary>
    internal async Task TellAllAsync()
    {
        foreach (HostKey host in _lifted.Keys.Take(MaxAtOnce))
        {
            bool isTold = await InTurnAsync(async () => !_lifted.ContainsKey(host) || await TellLiftedAsync(host).ConfigureAwait(false), CancellationToken.None).ConfigureAwait(false);
            if (!isTold)
            {
                return;
            }
        }

        foreach (HostKey host in board.ListUntold(MaxAtOnce))
        {
            if (!await TellBanAsync(host, CancellationToken.None).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async ValueTask<bool> TellLiftedAsync(HostKey host)
    {
        bool isTold = await PublishAsync(new ClusterNotice(ClusterNoticeKind.Unban, host.ToString())).ConfigureAwait(false);
        if (isTold)
        {
            _lifted.TryRemove(host, out _);
        }

        return isTold;
    }

    private async ValueTask<bool> InTurnAsync(Func<ValueTask<bool>> tell, CancellationToken ct)
    {
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await tell().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    // Not given up with its caller: it would not be known whether it happened. The node bounds the time.
    private async ValueTask<bool> PublishAsync(ClusterNotice notice)
    {
        for (int left = Tries; ; left--)
        {
            try
            {
                await line.PublishAsync(notice, CancellationToken.None).ConfigureAwait(false);
                _isFailing = false;
                return true;
            }
#pragma warning disable CA1031 // Whoever asked is told; a ban is told again later.
            catch (Exception error) when (left <= 1)
            {
                if (!_isFailing)
                {
                    ClusterBoardLog.NotTold(logger, notice.Kind, notice.Key, error.Message);
                }

                _isFailing = true;
                return false;
            }
            catch (Exception)
            {
                // Once more.
            }
#pragma warning restore CA1031
        }
    }

    private async Task RunAsync()
    {
        while (true)
        {
            await WaitAsync().ConfigureAwait(false);
            await TellAllAsync().ConfigureAwait(false);
            if (!HasUntold)
            {
                Volatile.Write(ref _isRunning, 0);
                if (!HasUntold || Interlocked.Exchange(ref _isRunning, 1) == 1)
                {
                    return;
                }
            }
        }
    }

    private async Task WaitAsync()
    {
        Task hurry = _hurry.Task;
        using var rest = new CancellationTokenSource();
        await Task.WhenAny(hurry, Task.Delay(Pause, time, rest.Token)).ConfigureAwait(false);
        await rest.CancelAsync().ConfigureAwait(false);
        if (hurry.IsCompleted)
        {
            _hurry = NewSignal();
        }
    }
}
