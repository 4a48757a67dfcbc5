using Hpc.Accounts.Stores;

namespace Hpc.Accounts.Usage;

/// <summary>Usage that ends with the process: portable mode, and tests.</summary>
public sealed class MemoryUsageStore(TimeProvider time) : IUsageStore
{
    // A process is one node.
    private const int MaxStarts = 1001;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Scope> _scopes = new(UserNameComparer.Instance);
    private readonly Dictionary<UsageNode, long> _sequences = [];
    private readonly List<UsageNode> _starts = [];

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<UsageAnswer>> SettleAsync(UsageNode node, long sequence, IReadOnlyList<UsageRequest> requests, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(requests);
        lock (_gate)
        {
            long last = _sequences.GetValueOrDefault(node);
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
            ? new UsageAnswer(name, scope.Used, scope.Reserved, scope.Holds.GetValueOrDefault(node).Reserved) { WasScanned = scope.ScannedAt is not null }
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
