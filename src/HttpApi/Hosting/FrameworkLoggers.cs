using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.HttpApi.Hosting;

/// <summary>
/// Makes the loggers of ASP.NET Core: warnings and worse alone. What it tells of every request has queries in it, and the API has its own line.
/// What its host tells of a failed start or end is nothing: whoever starts and ends it gets the exception.
/// </summary>
internal sealed class FrameworkLoggers(ILoggerFactory inner) : ILoggerFactory
{
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("Microsoft.Extensions.Hosting.", StringComparison.Ordinal) ? NullLogger.Instance
        : categoryName.StartsWith("Microsoft.", StringComparison.Ordinal) ? new WarningLogger(inner.CreateLogger(categoryName)) : inner.CreateLogger(categoryName);

    public void Dispose()
    {
        // What is behind it is the caller's.
    }

    private sealed class WarningLogger(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
