using Microsoft.Extensions.Logging;

namespace Hpc.Server.Logging;

/// <summary>Formats one category's events. Values of the event come first, then those of its scopes; the sender is the category's unless the event names one.</summary>
internal sealed class HpcLogger(HpcLoggerProvider provider, string sender, LogLevel categoryMinimum) : ILogger
{
    // Kept for the next line of the thread; what makes a message may itself write a line, and finds none then.
    [ThreadStatic]
    private static List<KeyValuePair<string, object?>>? _values;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => provider.Scopes.Push(state);

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && logLevel >= provider.Minimum && logLevel >= categoryMinimum;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var own = state as IReadOnlyList<KeyValuePair<string, object?>>;
        List<KeyValuePair<string, object?>> values = _values ?? [];
        _values = null;
        if (own is not null)
        {
            for (int i = 0; i < own.Count; i++)
            {
                values.Add(own[i]);
            }
        }

        provider.Scopes.ForEachScope(static (scope, list) => AddScope(scope, list), values);
        string source = values.Find(static value => value.Key == "Sender").Value as string ?? sender;
        provider.Write(logLevel, source, values, formatter(state, exception), exception);
        values.Clear();
        _values = values;
    }

    private static void AddScope(object? scope, List<KeyValuePair<string, object?>> values)
    {
        if (scope is not IEnumerable<KeyValuePair<string, object?>> pairs)
        {
            return;
        }

        foreach (KeyValuePair<string, object?> pair in pairs)
        {
            if (!values.Exists(value => value.Key == pair.Key))
            {
                values.Add(pair);
            }
        }
    }
}
