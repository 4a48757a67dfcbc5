using Hpc.LoadTests.Relay;

namespace Hpc.LoadTests.Tests.Relay;

/// <summary>Notes what is written and when; takes nothing while it is closed.</summary>
internal sealed class LaneSink(LinkClock clock) : LaneStream
{
    private readonly MemoryStream _content = new();
    private TaskCompletionSource? _closed;

    public List<(TimeSpan Time, int Length)> Writes { get; } = [];

    public TimeSpan? EndTime { get; private set; }

    public byte[] Content => _content.ToArray();

    public void End() => EndTime = clock.Now;

    public void Close(bool isClosed)
    {
        if (isClosed)
        {
            _closed = new TaskCompletionSource();
        }
        else
        {
            _closed?.SetResult();
            _closed = null;
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_closed is { } closed)
        {
            // The lane goes on within Close, so that a test that owns the clock owns the order too.
            await using CancellationTokenRegistration registration = cancellationToken.Register(() => closed.TrySetCanceled(cancellationToken));
            await closed.Task.ConfigureAwait(false);
        }

        EndTime.ShouldBeNull();
        _content.Write(buffer.Span);
        Writes.Add((clock.Now, buffer.Length));
    }
}
