using Hpc.LoadTests.Relay;
using Hpc.TestKit;

namespace Hpc.LoadTests.Tests.Relay;

public sealed class LinkLaneTests : IDisposable
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(50);
    private readonly ManualTimeProvider _time = new();
    private readonly LinkClock _clock;
    private readonly CancellationTokenSource _stop = new();

    public LinkLaneTests() => _clock = new LinkClock(_time);

    public void Dispose() => _stop.Dispose();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(50, 0)]
    [InlineData(0, 1_000_000)]
    [InlineData(50, 10_000_000)]
    [InlineData(3, 125_000_000)]
    public void Bytes_arrive_unchanged_in_order_and_never_before_the_delay(int delayMilliseconds, double rate)
    {
        TimeSpan delay = Millisecond * delayMilliseconds;
        var direction = new LinkDirection(_clock, delay, rate, 1 << 28);
        byte[] content = RandomBytes(seed: 1, 600_000);
        var source = new LaneSource(_clock, content, seed: 2);
        var sink = new LaneSink(_clock);
        using var lane = new LinkLane(direction, source, sink, sink.End);
        RunToEnd(lane.RunAsync(_stop.Token));

        sink.Content.AsSpan().SequenceEqual(content).ShouldBeTrue();
        int position = 0;
        foreach ((TimeSpan time, int length) in sink.Writes)
        {
            position += length;
            time.ShouldBeGreaterThanOrEqualTo(source.Reads.First(read => read.Position >= position).Time + delay);
        }

        sink.EndTime!.Value.ShouldBeGreaterThanOrEqualTo(source.Reads[^1].Time + delay);
        direction.Held.ShouldBe(0);
        direction.Passed.ShouldBe(content.Length);
    }

    [Theory]
    [InlineData(64_000, 20_000)]
    [InlineData(10_000_000, 1_000_000)]
    [InlineData(125_000_000, 8_000_000)]
    public void Connections_together_never_exceed_the_rate_over_any_time_and_use_all_of_it(double rate, int bytesPerLane)
    {
        const int Lanes = 5;
        var direction = new LinkDirection(_clock, Delay, rate, 1 << 28);
        LaneSink[] sinks = [.. Enumerable.Range(0, Lanes).Select(_ => new LaneSink(_clock))];
        LinkLane[] lanes = [.. sinks.Select((sink, i) => new LinkLane(direction, new LaneSource(_clock, RandomBytes(i, bytesPerLane), i), sink, sink.End))];
        RunToEnd(Task.WhenAll(lanes.Select(lane => lane.RunAsync(_stop.Token))));

        (TimeSpan Time, int Length)[] writes = [.. sinks.SelectMany(static sink => sink.Writes).OrderBy(static write => write.Time)];
        long total = writes.Sum(static write => (long)write.Length);
        total.ShouldBe((long)Lanes * bytesPerLane);
        ShouldStayBelow(writes, rate, direction.PieceLength);
        writes[^1].Time.ShouldBeLessThanOrEqualTo(Delay + TimeSpan.FromSeconds(total / rate) + (2 * Millisecond));
        Array.ForEach(lanes, static lane => lane.Dispose());
    }

    [Fact]
    public async Task Connections_share_the_link_equally()
    {
        var direction = new LinkDirection(_clock, Delay, 10_000_000, 1 << 28);
        LaneSink[] sinks = [.. Enumerable.Range(0, 4).Select(_ => new LaneSink(_clock))];
        LinkLane[] lanes = [.. sinks.Select((sink, i) => new LinkLane(direction, new LaneSource(_clock, RandomBytes(i, 20_000_000), i), sink, sink.End))];
        Task running = Task.WhenAll(lanes.Select(lane => lane.RunAsync(_stop.Token)));
        Advance(2000);
        long[] arrived = [.. sinks.Select(static sink => sink.Writes.Sum(static write => (long)write.Length))];

        // Two seconds but for the delay; sources give pieces of random length.
        arrived.Sum().ShouldBeInRange(19_400_000, 19_600_000);
        arrived.Max().ShouldBeLessThan(arrived.Min() * 13 / 10);
        await StopAsync(running);
        Array.ForEach(lanes, static lane => lane.Dispose());
        direction.Held.ShouldBe(0);
    }

    [Fact]
    public void A_connection_whose_receiver_does_not_read_holds_bounded_memory_and_is_not_read_either()
    {
        var direction = new LinkDirection(_clock, Delay, 20_000_000, 1 << 28);
        byte[] content = RandomBytes(seed: 3, 30_000_000);
        var source = new LaneSource(_clock, content, seed: 4);
        var sink = new LaneSink(_clock);
        sink.Close(true);
        using var lane = new LinkLane(direction, source, sink, sink.End);
        Task running = lane.RunAsync(_stop.Token);
        Advance(2000);
        direction.Held.ShouldBeLessThanOrEqualTo(direction.MaxHeldPerConnection + (2 * direction.PieceLength));
        int given = source.Given;
        given.ShouldBeLessThan(direction.MaxHeldPerConnection + (2 * direction.PieceLength));
        Advance(2000);
        source.Given.ShouldBe(given);

        sink.Close(false);
        RunToEnd(running);
        sink.Content.AsSpan().SequenceEqual(content).ShouldBeTrue();
        direction.Held.ShouldBe(0);
    }

    [Fact]
    public async Task Receivers_that_do_not_read_take_no_more_than_all_may_and_stop_nobody_else()
    {
        const long MaxHeld = 2 << 20;
        const int Stalled = 20;
        var direction = new LinkDirection(_clock, Delay, 50_000_000, MaxHeld);
        LaneSink[] sinks = [.. Enumerable.Range(0, Stalled + 1).Select(_ => new LaneSink(_clock))];
        LinkLane[] lanes = [.. sinks.Select((sink, i) => new LinkLane(direction, new LaneSource(_clock, RandomBytes(i, 3_000_000), i), sink, sink.End))];
        Array.ForEach(sinks[..Stalled], static sink => sink.Close(true));
        Task stalled = Task.WhenAll(lanes[..Stalled].Select(lane => lane.RunAsync(_stop.Token)));
        Advance(2000);
        Task other = lanes[Stalled].RunAsync(_stop.Token);
        long most = 0;
        RunToEnd(other, () => most = Math.Max(most, direction.Held));

        sinks[Stalled].Content.Length.ShouldBe(3_000_000);
        most.ShouldBeLessThanOrEqualTo(MaxHeld + (2 * (Stalled + 1) * direction.PieceLength));
        stalled.IsCompleted.ShouldBeFalse();
        await StopAsync(stalled);
        Array.ForEach(lanes, static lane => lane.Dispose());
        direction.Held.ShouldBe(0);
    }

    [Fact]
    public void A_link_without_a_rate_holds_bounded_memory_too()
    {
        var direction = new LinkDirection(_clock, Delay, 0, 1 << 28);
        var source = new LaneSource(_clock, RandomBytes(seed: 5, 60_000_000), seed: 6);
        var sink = new LaneSink(_clock);
        using var lane = new LinkLane(direction, source, sink, sink.End);
        Task running = lane.RunAsync(_stop.Token);
        direction.Held.ShouldBeLessThanOrEqualTo(direction.MaxHeldPerConnection + (2 * direction.PieceLength));
        sink.Writes.ShouldBeEmpty();
        RunToEnd(running);
        sink.Content.Length.ShouldBe(60_000_000);
    }

    [Fact]
    public async Task A_source_that_fails_ends_the_lane_and_leaves_nothing_held()
    {
        var direction = new LinkDirection(_clock, Delay, 0, 1 << 28);
        var source = new LaneSource(_clock, RandomBytes(seed: 7, 100_000), seed: 8) { Failure = new IOException("gone") };
        var sink = new LaneSink(_clock);
        using var lane = new LinkLane(direction, source, sink, sink.End);
        await Should.ThrowAsync<IOException>(lane.RunAsync(_stop.Token));
        direction.Held.ShouldBe(0);
        sink.EndTime.ShouldBeNull();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public async Task A_lane_that_is_cancelled_leaves_nothing_held(int after)
    {
        var direction = new LinkDirection(_clock, Delay, 1_000_000, 1 << 28);
        var sink = new LaneSink(_clock);
        using var lane = new LinkLane(direction, new LaneSource(_clock, RandomBytes(seed: 9, 5_000_000), seed: 10), sink, sink.End);
        Task running = lane.RunAsync(_stop.Token);
        Advance(after);
        await StopAsync(running);
        direction.Held.ShouldBe(0);
        sink.Writes.ShouldBeEmpty();
    }

    private static void ShouldStayBelow((TimeSpan Time, int Length)[] writes, double rate, int piece)
    {
        for (int first = 0; first < writes.Length; first++)
        {
            double bytes = 0;
            for (int last = first; last < writes.Length; last++)
            {
                bytes += writes[last].Length;

                // A timer may be a millisecond late for the first and on time for the last; the first had its time before the span.
                double allowed = (rate * (writes[last].Time - writes[first].Time + Millisecond).TotalSeconds) + piece;
                if (bytes > allowed)
                {
                    bytes.ShouldBeLessThanOrEqualTo(allowed, $"from {writes[first].Time} to {writes[last].Time}");
                }
            }
        }
    }

    private static byte[] RandomBytes(int seed, int count)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private void RunToEnd(Task running, Action? eachMillisecond = null)
    {
        for (int i = 0; i < 20_000 && !running.IsCompleted; i++)
        {
            Advance(1);
            eachMillisecond?.Invoke();
        }

        running.IsCompletedSuccessfully.ShouldBeTrue(running.Exception?.ToString());
    }

    /// <summary>Without a context of the test's own, lanes go on within the clock's advance.</summary>
    private void Advance(int milliseconds)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            for (int i = 0; i < milliseconds; i++)
            {
                _time.Advance(Millisecond);
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private async Task StopAsync(Task running)
    {
        await _stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }
}
