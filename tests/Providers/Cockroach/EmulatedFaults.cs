using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Hpc.Providers.Tests.Servers;
using Npgsql;

namespace Hpc.Providers.Tests.Cockroach;

/// <summary>Conflicts at random statements and commits of transactions, and what CockroachDB does not have.</summary>
internal sealed partial class EmulatedFaults(int seed) : IStatementObserver
{
    // One of so many statements of a transaction, and commits, fails.
    private const int OneOf = 25;
    private readonly Random _random = new(seed);
    private int _injected;

    public ConcurrentBag<string> Forbidden { get; } = [];

    public int Injected => _injected;

    public void OnStatement(string text, bool isInTransaction)
    {
        if (Unknown().IsMatch(text) || (isInTransaction && SchemaChange().IsMatch(text)))
        {
            Forbidden.Add(text);
        }

        if (isInTransaction)
        {
            Maybe();
        }
    }

    public void OnCommit() => Maybe();

    public void OnCommitted()
    {
    }

    private void Maybe()
    {
        lock (_random)
        {
            if (_random.Next(OneOf) != 0)
            {
                return;
            }
        }

        Interlocked.Increment(ref _injected);
        throw new PostgresException("restart transaction: injected", "ERROR", "ERROR", PostgresErrorCodes.SerializationFailure);
    }

    [GeneratedRegex(@"pg_(try_)?advisory|DEFERR|\bLISTEN\b|\bNOTIFY\b|LOCK TABLE|CREATE EXTENSION", RegexOptions.IgnoreCase)]
    private static partial Regex Unknown();

    [GeneratedRegex(@"\b(CREATE|DROP|ALTER) (TABLE|INDEX)\b", RegexOptions.IgnoreCase)]
    private static partial Regex SchemaChange();
}
