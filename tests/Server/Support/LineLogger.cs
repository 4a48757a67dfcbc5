using Microsoft.Extensions.Logging;

namespace Hpc.Server.Tests.Support;

/// <summary>Keeps the messages that were logged.</summary>
internal sealed class LineLogger<T> : ILogger<T>
{
    public List<string> Lines { get; } = [];

    /// <summary>Lines that came with an exception.</summary>
    public int Exceptions { get; private set; }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (Lines)
        {
            Lines.Add(formatter(state, exception));
            Exceptions += exception is null ? 0 : 1;
        }
    }
}
