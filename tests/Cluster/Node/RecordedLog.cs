using System.Collections.Concurrent;
using Hpc.Actors.Cluster.Node;
using Microsoft.Extensions.Logging;

namespace Hpc.Cluster.Tests.Node;

/// <summary>Keeps what a node logs.</summary>
internal sealed class RecordedLog : ILogger<ClusterNode>
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue(formatter(state, exception));
}
