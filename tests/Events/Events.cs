using System.Net;
using Hpc.Storage;
using Microsoft.Extensions.Logging;

namespace Hpc.Events.Tests;

/// <summary>Events and what takes them, for tests.</summary>
internal static class Events
{
    public static FileEventSource Source { get; } = new()
    {
        UserName = "ann",
        Protocol = "SFTP",
        Remote = new IPEndPoint(IPAddress.Loopback, 50022),
        Local = new IPEndPoint(IPAddress.Loopback, 2022),
        ConnectionId = "SFTP_1",
    };

    public static FileEvent Of(FileEventKind kind, StorageError outcome = StorageError.None, long size = -1, string path = "/dir/file") => new()
    {
        Source = Source,
        Kind = kind,
        Path = PathOf(path),
        Size = size,
        Elapsed = TimeSpan.FromMilliseconds(7.9),
        Outcome = outcome,
    };

    public static VirtualPath PathOf(string text) => VirtualPath.TryParse(text, VirtualPath.Root, out VirtualPath path) ? path : throw new ArgumentException(text);
}

internal sealed class ListLogger<T>(LogLevel minimum = LogLevel.Trace) : ILogger<T>
{
    public List<(LogLevel Level, string Message, Dictionary<string, object?> Values)> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (Lines)
        {
            Lines.Add((logLevel, formatter(state, exception), ((IReadOnlyList<KeyValuePair<string, object?>>)state!).ToDictionary(value => value.Key, value => value.Value)));
        }
    }
}

internal sealed class ListSink : IFileEventSink
{
    public List<FileEvent> Events { get; } = [];

    public Exception? Fault { get; set; }

    public void Publish(in FileEvent fileEvent)
    {
        if (Fault is not null)
        {
            throw Fault;
        }

        Events.Add(fileEvent);
    }
}
