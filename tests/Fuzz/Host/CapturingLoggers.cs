using Microsoft.Extensions.Logging;

namespace Hpc.Fuzz.Tests.Host;

/// <summary>Formats every line, as a real sink would, and keeps those that say that the server is at fault.</summary>
internal sealed class CapturingLoggers : ILoggerFactory, ILogger
{
    private const int ConnectionEnding = 1001;

    private readonly List<string> _faults = [];

    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_faults)
            {
                return [.. _faults];
            }
        }
    }

    /// <summary>What the log says of the connection's end.</summary>
    public string EndLine { get; private set; } = "";

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string line = formatter(state, exception);
        if (eventId.Id == ConnectionEnding)
        {
            EndLine = line[(line.IndexOf(" ends: ", StringComparison.Ordinal) + 7)..];
        }

        if (logLevel >= LogLevel.Error)
        {
            lock (_faults)
            {
                _faults.Add($"{logLevel} {eventId.Id}: {line} {exception}");
            }
        }
    }

    public void Dispose()
    {
    }
}
