using System.Diagnostics;
using Hpc.Transport.Connections;

namespace Hpc.Fuzz.Tests;

/// <summary>Cases with consecutive seeds until the time is up, a few at once since most of them wait most of the time. The first failure ends the run.</summary>
internal sealed class FuzzRun
{
    private const int AtOnce = 6;
    private const int ShownLines = 25;

    private readonly Lock _sync = new();
    private readonly SortedDictionary<ConnectionEndReason, int> _ends = [];
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly int _firstSeed;
    private readonly TimeSpan _limit;
    private int _nextSeed;
    private int _cases;
    private volatile bool _hasFailed;

    public FuzzRun(int firstSeed, TimeSpan limit)
    {
        _firstSeed = firstSeed;
        _nextSeed = firstSeed;
        _limit = limit;
    }

    public int Logins { get; private set; }

    public long Replies { get; private set; }

    public async Task GoAsync(Func<int, Task<FuzzOutcome>> runCase)
    {
        Task[] lanes = [.. Enumerable.Range(0, AtOnce).Select(_ => Task.Run(() => GoLaneAsync(runCase)))];
        await Task.WhenAll(lanes);
    }

    public void Report(Action<string> write)
    {
        double seconds = _clock.Elapsed.TotalSeconds;
        write($"{_cases} cases, seeds {_firstSeed} to {_nextSeed - 1}, in {seconds:F0} s, {_cases / seconds:F1}/s; {Logins} logins, {Replies} SFTP replies");
        write(string.Join(", ", _ends.Select(static end => $"{end.Key} {end.Value}")));
        foreach ((string line, int count) in _lines.OrderByDescending(static line => line.Value).Take(ShownLines))
        {
            write($"{count,6}  {line}");
        }
    }

    private async Task GoLaneAsync(Func<int, Task<FuzzOutcome>> runCase)
    {
        while (_clock.Elapsed < _limit && !_hasFailed)
        {
            try
            {
                Count(await runCase(Interlocked.Increment(ref _nextSeed) - 1));
            }
            catch
            {
                _hasFailed = true;
                throw;
            }
        }
    }

    private void Count(FuzzOutcome outcome)
    {
        lock (_sync)
        {
            _cases++;
            _ends[outcome.Reason] = _ends.GetValueOrDefault(outcome.Reason) + 1;
            _lines[outcome.EndLine] = _lines.GetValueOrDefault(outcome.EndLine) + 1;
            Logins += outcome.IsLoggedIn ? 1 : 0;
            Replies += outcome.Replies;
        }
    }
}
