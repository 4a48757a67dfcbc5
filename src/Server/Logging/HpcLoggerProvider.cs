using Microsoft.Extensions.Logging;

namespace Hpc.Server.Logging;

/// <summary>The loggers of the server: one line per event, formatted on the caller's thread and written on a worker.</summary>
internal sealed class HpcLoggerProvider : ILoggerProvider, ISupportExternalScope, IAsyncDisposable
{
    private readonly LogFormatter _formatter;
    private readonly ILogSink _sink;
    private readonly LogQueue _queue;
    private int _minimum;

    public HpcLoggerProvider(LogFormatter formatter, ILogSink sink, LogLevel minimum)
    {
        _formatter = formatter;
        _sink = sink;
        _minimum = (int)minimum;
        _queue = new LogQueue(
            sink,
            missing => Own([new("Dropped", missing)], LogQueue.DroppedMessage(missing)),
            problem => Own([], problem));
    }

    /// <summary>The least serious lines that are written; may be changed while running.</summary>
    public LogLevel Minimum
    {
        get => (LogLevel)Volatile.Read(ref _minimum);
        set => Volatile.Write(ref _minimum, (int)value);
    }

    public long Dropped => _queue.Dropped;

    internal IExternalScopeProvider Scopes { get; private set; } = new LoggerExternalScopeProvider();

    public ILogger CreateLogger(string categoryName) => new HpcLogger(this, Senders.Of(categoryName), Senders.MinimumOf(categoryName));

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => Scopes = scopeProvider;

    public void Reopen() => _sink.Reopen();

    public ValueTask DisposeAsync() => _queue.DisposeAsync();

    /// <summary>The queue is written to its end by <see cref="DisposeAsync"/>.</summary>
    public void Dispose()
    {
    }

    private LogLine Own(IReadOnlyList<KeyValuePair<string, object?>> values, string message) =>
        new(LogLevel.Warning, _formatter.Format(LogLevel.Warning, "service", values, message, null));

    internal void Write(LogLevel level, string sender, IReadOnlyList<KeyValuePair<string, object?>> values, string message, Exception? exception) =>
        _queue.Add(new LogLine(level, _formatter.Format(level, sender, values, message, exception)));
}
