using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Hpc.LoadTests.Engine;
using Hpc.LoadTests.Measure;
using Hpc.LoadTests.Sessions;

namespace Hpc.LoadTests.Cli;

/// <summary>Log-ins that race for the sessions of their users. The nodes may go and come meanwhile.</summary>
internal sealed class Race(SessionFactory[] nodes, RacePlan plan, TimeSpan loginTimeout)
{
    // Of one log-in that finds its nodes gone.
    private const int MostTries = 100;
    private const int MostTold = 20;
    private static readonly TimeSpan GonePause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RefusedPause = TimeSpan.FromMilliseconds(100);

    private readonly OpenSessions _open = new(plan.Users, plan.Limit);
    private readonly ErrorTable _errors = new();
    private readonly ConcurrentQueue<string> _violations = new();
    private readonly long[] _accepted = new long[nodes.Length];
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _refused;
    private long _failed;
    private long _lost;

    private enum Answer
    {
        Accepted,
        Refused,
        None,
    }

    public RaceFigures Figures => new()
    {
        Tried = _accepted.Sum() + _refused,
        Accepted = _accepted.Sum(),
        AcceptedByNode = _accepted,
        Refused = _refused,
        Failed = _failed,
        Lost = _lost,
        Limit = plan.Limit,
        MostOfUser = _open.Most,
        Above = _open.Above,
        Violations = [.. _violations],
        MostOpen = _open.MostOfAll,
        Seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds,
        Errors = _errors.Snapshot(),
    };

    public async Task RunAsync(CancellationToken ct)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = plan.Parallel };
        await Parallel.ForAsync(0, plan.Count, options, async (number, _) => await OneAsync(number, ct).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Tries until a node accepts or refuses.</summary>
    private async Task OneAsync(int number, CancellationToken ct)
    {
        var random = new Random(HashCode.Combine(plan.Seed, number));
        int user = random.Next(plan.Users);
        for (int tries = 0; tries < MostTries && !ct.IsCancellationRequested; tries++)
        {
            Answer answer = await TryAsync(random.Next(nodes.Length), user, plan.Hold * random.NextDouble(), ct).ConfigureAwait(false);
            if (answer != Answer.Accepted)
            {
                await Task.Delay(answer == Answer.Refused ? RefusedPause : GonePause, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (answer != Answer.None)
            {
                return;
            }
        }
    }

    private async Task<Answer> TryAsync(int node, int user, TimeSpan stay, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(loginTimeout);
        LoadSession session;
        try
        {
            session = await nodes[node].OpenAsync(user, limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (Failure.IsExpected(exception))
        {
            return Count(Failure.Of(exception), ct);
        }

        if (_open.Began(user) > plan.Limit && _violations.Count < MostTold)
        {
            _violations.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss.fff} user {user} at node {node}"));
        }

        Interlocked.Increment(ref _accepted[node]);
        try
        {
            await Task.WhenAny(session.Completion, Task.Delay(stay, ct)).ConfigureAwait(false);
            if (!session.IsAlive)
            {
                Interlocked.Increment(ref _lost);
            }
        }
        finally
        {
            _open.Ended(user);
            await session.DisposeAsync().ConfigureAwait(false);
        }

        return Answer.Accepted;
    }

    private Answer Count(Failure failure, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            // Interrupted: it counts as neither.
            return Answer.None;
        }

        _errors.Add(failure.Kind, failure.Message);
        bool isRefused = failure.Outcome == LoadOutcome.Refused;
        Interlocked.Increment(ref isRefused ? ref _refused : ref _failed);
        return isRefused ? Answer.Refused : Answer.None;
    }
}
