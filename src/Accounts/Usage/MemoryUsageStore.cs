using Hpc.Accounts.Stores;

namespace Hpc.Accounts.Usage;

/// <summary>Usage that ends with the process: portable mode, and tests.</summary>
public class MemoryUsageStore(TimeProvider time) : IUsageStore
{
    // A process is one node.
    private const int MaxStarts = 1001;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Scope> _scopes = new(UserNameComparer.Instance);
    private readonly Dictionary<UsageNode, long> _sequences = [];
    private readonly List<UsageNode> _starts = [];
    private readonly HashSet<UsageNode> _ended = [];

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<UsageAnswer>> SettleAsync(UsageNode node, long sequence, IReadOnlyList<UsageRequest> requests, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(requests);
        lock (_gate)
        {
            long last = _sequences.GetValueOrDefault(node);
            if (_ended.Contains(node))
            {
                throw new UsageRunEndedException(node) { WasTaken = sequence <= last };
            }

            if (sequence < last)
            {
                throw new InvalidOperationException($"Statement {sequence} of epoch {node.Epoch} comes after {last}.");
            }

            bool isRepeated = sequence == last;
            _sequences[node] = sequence;
            Remember(node);
            UsageAnswer[] answers = [.. requests.Select(request => isRepeated ? Answer(node, request.Scope) : Settle(node, request))];
            return ValueTask.FromResult<IReadOnlyList<UsageAnswer>>(answers);
        }
    }

    /// <inheritdoc/>
    public ValueTask<UsageRecord?> FindAsync(string scope, CancellationToken ct)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(_scopes.TryGetValue(scope, out Scope? found) ? found.ToRecord() : null);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<UsageRecord>> ListAsync(string? after, int limit, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        lock (_gate)
        {
            UsageRecord[] page =
            [
                .. _scopes.Values.Where(scope => after is null || UserNameComparer.Instance.Compare(scope.Name, after) > 0).Take(limit).Select(scope => scope.ToRecord()),
            ];
            return ValueTask.FromResult<IReadOnlyList<UsageRecord>>(page);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlySet<string>> BeginAsync(UsageNode node, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(node);
        lock (_gate)
        {
            Remember(node);
            IEnumerable<string> earlier = _starts.Where(start => start.Id == node.Id && start.Epoch != node.Epoch).Select(start => start.Epoch);
            return ValueTask.FromResult<IReadOnlySet<string>>(earlier.ToHashSet(StringComparer.Ordinal));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<UnfinishedUsage>> ListUnfinishedAsync(UsageNode node, CancellationToken ct)
    {
        lock (_gate)
        {
            UnfinishedUsage[] unfinished =
            [
                .. from scope in _scopes.Values
                   let dead = scope.DeadOf(node).ToArray()
                   where dead.Length > 0
                   select new UnfinishedUsage(
                       scope.Name, dead.Max(hold => hold.Value.Use), dead.Aggregate(default(UsageAmount), (sum, hold) => sum + hold.Value.Reserved)),
            ];
            return ValueTask.FromResult<IReadOnlyList<UnfinishedUsage>>(unfinished);
        }
    }

    /// <inheritdoc/>
    public ValueTask FinishAsync(UsageNode node, string scope, UsageCorrection? correction, CancellationToken ct)
    {
        lock (_gate)
        {
            if (_scopes.TryGetValue(scope, out Scope? found))
            {
                foreach ((UsageNode dead, Hold hold) in found.DeadOf(node).ToArray())
                {
                    found.Used += hold.Reserved with { Files = 0, Bytes = 0 };
                    found.Holds.Remove(dead);
                }
            }

            Correct(correction);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask CorrectAsync(UsageCorrection correction, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(correction);
        lock (_gate)
        {
            Correct(correction);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask AdjustAsync(UsageAdjustment adjustment, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(adjustment);
        lock (_gate)
        {
            Scope scope = FindOrAdd(adjustment.Scope);
            scope.Used = adjustment.Apply(scope.Used);
            scope.ScannedAt = adjustment.IsCount ? adjustment.At : scope.ScannedAt;
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<bool> ResetTransferAsync(string scope, DateTimeOffset at, CancellationToken ct)
    {
        lock (_gate)
        {
            bool isKnown = _scopes.TryGetValue(scope, out Scope? found);
            if (found is not null)
            {
                found.Used = found.Used with { Uploaded = 0, Downloaded = 0 };
                found.TransferSince = at;
            }

            return ValueTask.FromResult(isKnown);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> ForgetCountAsync(string scope, CancellationToken ct)
    {
        lock (_gate)
        {
            bool isKnown = _scopes.TryGetValue(scope, out Scope? found);
            if (found is not null)
            {
                found.Used = found.Used with { Files = 0, Bytes = 0 };
                found.ScannedAt = null;
            }

            return ValueTask.FromResult(isKnown);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(string scope, CancellationToken ct)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(_scopes.Remove(scope));
        }
    }

    private protected IReadOnlyList<UsageNode> ListHolders()
    {
        lock (_gate)
        {
            return InOrder(_scopes.Values.SelectMany(static scope => scope.Holds.Keys).Distinct());
        }
    }

    private protected IReadOnlyList<UsageNode> ListChangers(string scope)
    {
        lock (_gate)
        {
            return _scopes.TryGetValue(scope, out Scope? found) ? InOrder(found.Holds.Where(static hold => hold.Value.Use == UsageUse.Files).Select(static hold => hold.Key)) : [];
        }
    }

    private protected IReadOnlySet<string> ListEarlier(UsageNode run)
    {
        lock (_gate)
        {
            return _starts.TakeWhile(start => start != run).Where(start => start.Id == run.Id).Select(static start => start.Epoch).ToHashSet(StringComparer.Ordinal);
        }
    }

    private protected void EndRun(UsageNode run)
    {
        lock (_gate)
        {
            _ended.Add(run);
        }
    }

    private protected IReadOnlyList<UnfinishedUsage> ListUnfinishedOf(UsageNode run)
    {
        lock (_gate)
        {
            return _ended.Contains(run)
                ? [.. from scope in _scopes.Values where scope.Holds.ContainsKey(run) let hold = scope.Holds[run] select new UnfinishedUsage(scope.Name, hold.Use, hold.Reserved)]
                : [];
        }
    }

    private protected void FinishOf(UsageNode run, string scope, UsageCorrection? correction)
    {
        lock (_gate)
        {
            if (!_ended.Contains(run))
            {
                throw new InvalidOperationException($"The run {run.Epoch} of node {run.Id} was not ended.");
            }

            if (_scopes.TryGetValue(scope, out Scope? found) && found.Holds.Remove(run, out Hold hold))
            {
                found.Used += hold.Reserved with { Files = 0, Bytes = 0 };
            }

            Correct(correction);
        }
    }

    private protected bool TryCorrect(UsageCorrection correction, DateTimeOffset? scannedAt)
    {
        lock (_gate)
        {
            if (_scopes.GetValueOrDefault(correction.Scope)?.ScannedAt != scannedAt)
            {
                return false;
            }

            Correct(correction);
            return true;
        }
    }

    private protected bool TryTakeOver(UsageRecord record)
    {
        lock (_gate)
        {
            if (_scopes.ContainsKey(record.Scope))
            {
                return false;
            }

            _scopes.Add(record.Scope, new Scope(record.Scope, record.TransferSince) { Used = record.Used });
            return true;
        }
    }

    private static UsageNode[] InOrder(IEnumerable<UsageNode> runs) =>
        [.. runs.OrderBy(static run => run.Id, StringComparer.Ordinal).ThenBy(static run => run.Epoch, StringComparer.Ordinal)];

    private UsageAnswer Settle(UsageNode node, UsageRequest request)
    {
        if (request.Use == UsageUse.None && request.Consumed == default && !_scopes.ContainsKey(request.Scope))
        {
            return new UsageAnswer(request.Scope, default, default, default);
        }

        Scope scope = FindOrAdd(request.Scope);
        scope.Used = UsageRules.Consume(scope.Used, request.Consumed);
        UsageAmount held = scope.Holds.Remove(node, out Hold hold) ? hold.Reserved : default;
        if (request.Use != UsageUse.None)
        {
            UsageAmount granted = UsageRules.Grant(request, scope.Used, scope.Reserved, held);
            scope.Holds[node] = new Hold(request.Use, granted);
        }

        return Answer(node, request.Scope);
    }

    private UsageAnswer Answer(UsageNode node, string name) =>
        _scopes.TryGetValue(name, out Scope? scope)
            ? new UsageAnswer(name, scope.Used, scope.Reserved, scope.Holds.GetValueOrDefault(node).Reserved) { ScannedAt = scope.ScannedAt }
            : new UsageAnswer(name, default, default, default);

    private void Remember(UsageNode node)
    {
        if (!_starts.Contains(node))
        {
            _starts.Add(node);
            if (_starts.Count > MaxStarts)
            {
                _starts.RemoveAt(0);
            }
        }
    }

    private void Correct(UsageCorrection? correction)
    {
        if (correction is null)
        {
            return;
        }

        Scope scope = FindOrAdd(correction.Scope);
        if (scope.ScannedAt != correction.At)
        {
            scope.Used = UsageRules.Consume(scope.Used, new UsageAmount(correction.Files, correction.Bytes, 0, 0));
            scope.ScannedAt = correction.At;
        }
    }

    private Scope FindOrAdd(string name)
    {
        if (!_scopes.TryGetValue(name, out Scope? scope))
        {
            scope = new Scope(name, time.GetUtcNow());
            _scopes.Add(name, scope);
        }

        return scope;
    }

    private readonly record struct Hold(UsageUse Use, UsageAmount Reserved);

    private sealed class Scope(string name, DateTimeOffset since)
    {
        public string Name => name;

        public UsageAmount Used { get; set; }

        public DateTimeOffset? ScannedAt { get; set; }

        public DateTimeOffset TransferSince { get; set; } = since;

        public Dictionary<UsageNode, Hold> Holds { get; } = [];

        public UsageAmount Reserved => Holds.Values.Aggregate(default(UsageAmount), (sum, hold) => sum + hold.Reserved);

        public IEnumerable<KeyValuePair<UsageNode, Hold>> DeadOf(UsageNode node) => Holds.Where(hold => hold.Key.Id == node.Id && hold.Key.Epoch != node.Epoch);

        public UsageRecord ToRecord() => new() { Scope = name, Used = Used, Reserved = Reserved, ScannedAt = ScannedAt, TransferSince = TransferSince };
    }
}
