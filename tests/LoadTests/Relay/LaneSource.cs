using Hpc.LoadTests.Relay;

namespace Hpc.LoadTests.Tests.Relay;

/// <summary>Gives its bytes in pieces of random length as fast as they are asked for, and notes when.</summary>
internal sealed class LaneSource(LinkClock clock, byte[] content, int seed) : LaneStream
{
    private readonly Random _random = new(seed);

    /// <summary>When the bytes up to a position were read.</summary>
    public List<(TimeSpan Time, int Position)> Reads { get; } = [];

    public int Given { get; private set; }

    /// <summary>Thrown instead of the end.</summary>
    public Exception? Failure { get; init; }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (buffer.IsEmpty)
        {
            return new(0);
        }

        if (Given == content.Length)
        {
            return Failure is null ? new(0) : ValueTask.FromException<int>(Failure);
        }

        int length = Math.Min(content.Length - Given, _random.Next(3) == 0 ? _random.Next(1, buffer.Length + 1) : buffer.Length);
        content.AsSpan(Given, length).CopyTo(buffer.Span);
        Given += length;
        Reads.Add((clock.Now, Given));
        return new(length);
    }
}
