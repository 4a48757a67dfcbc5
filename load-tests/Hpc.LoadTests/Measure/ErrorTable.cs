using System.Collections.Concurrent;

namespace Hpc.LoadTests.Measure;

/// <summary>Errors by kind. Once it holds <see cref="MaxKinds"/>, errors of further kinds are counted together as <see cref="OtherKind"/>.</summary>
internal sealed class ErrorTable
{
    public const int MaxKinds = 100;
    public const string OtherKind = "other";
    private const int MaxKindLength = 100;
    private const int MaxMessageLength = 500;

    private readonly ConcurrentDictionary<string, Entry> _kinds = new(StringComparer.Ordinal);
    private readonly Entry _other = new("");
    private int _room = MaxKinds;

    public void Add(string kind, string message)
    {
        kind = Shorten(kind, MaxKindLength);
        if (!_kinds.TryGetValue(kind, out Entry? entry))
        {
            entry = TryAddKind(kind, message) ?? _other;
        }

        entry.Count(message);
    }

    /// <summary>Most frequent first.</summary>
    public ErrorSnapshot[] Snapshot()
    {
        IEnumerable<ErrorSnapshot> kinds = _kinds.Select(static pair => pair.Value.Snapshot(pair.Key));
        if (_other.Snapshot(OtherKind) is { Count: > 0 } other)
        {
            kinds = kinds.Append(other);
        }

        return [.. kinds.OrderByDescending(static error => error.Count).ThenBy(static error => error.Kind, StringComparer.Ordinal)];
    }

    private Entry? TryAddKind(string kind, string message)
    {
        if (Interlocked.Decrement(ref _room) < 0)
        {
            Interlocked.Increment(ref _room);
            return _kinds.GetValueOrDefault(kind);
        }

        var added = new Entry(Shorten(message, MaxMessageLength));
        Entry entry = _kinds.GetOrAdd(kind, added);
        if (!ReferenceEquals(entry, added))
        {
            Interlocked.Increment(ref _room);
        }

        return entry;
    }

    private static string Shorten(string text, int length) => text.Length <= length ? text : text[..length];

    private sealed class Entry(string firstMessage)
    {
        private string _firstMessage = firstMessage;
        private long _count;

        public void Count(string message)
        {
            if (Interlocked.Increment(ref _count) == 1 && _firstMessage.Length == 0)
            {
                _firstMessage = Shorten(message, MaxMessageLength);
            }
        }

        public ErrorSnapshot Snapshot(string kind) => new(kind, Volatile.Read(ref _count), _firstMessage);
    }
}
