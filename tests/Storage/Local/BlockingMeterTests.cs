using Hpc.Storage.Local;
using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Local;

public class BlockingMeterTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void A_mount_is_quick_until_an_operation_takes_more_than_five_milliseconds()
    {
        var meter = new BlockingMeter(_time);
        Measure(meter, 5);
        meter.IsQuick.ShouldBeTrue();
        Measure(meter, 6);
        meter.IsQuick.ShouldBeFalse();
    }

    [Fact]
    public void A_slow_mount_is_tried_again_after_a_second()
    {
        var meter = new BlockingMeter(_time);
        Measure(meter, 6);
        _time.Advance(TimeSpan.FromMilliseconds(999));
        meter.IsQuick.ShouldBeFalse();
        _time.Advance(TimeSpan.FromMilliseconds(1));
        meter.IsQuick.ShouldBeTrue();
    }

    [Fact]
    public void A_slow_mount_is_quick_again_after_64_quick_operations()
    {
        var meter = new BlockingMeter(_time);
        Measure(meter, 6);
        for (int i = 0; i < 63; i++)
        {
            Measure(meter, 0);
        }

        meter.IsQuick.ShouldBeFalse();
        Measure(meter, 0);
        meter.IsQuick.ShouldBeTrue();
    }

    [Fact]
    public void Time_in_which_the_thread_did_not_wait_does_not_count()
    {
        long waits = 7;
        var meter = new BlockingMeter(_time, () => waits);
        Measure(meter, 50);
        meter.IsQuick.ShouldBeTrue();
        BlockingMeter.Sample started = meter.Start();
        waits++;
        _time.Advance(TimeSpan.FromMilliseconds(6));
        meter.Stop(started);
        meter.IsQuick.ShouldBeFalse();
    }

    [Fact]
    public void Waits_are_counted_only_for_a_minute_after_an_operation_that_took_long()
    {
        int asked = 0;
        var meter = new BlockingMeter(_time, () => ++asked);
        Measure(meter, 1);
        asked.ShouldBe(0);
        Measure(meter, 6);
        meter.IsQuick.ShouldBeTrue();
        asked.ShouldBe(0);
        Measure(meter, 1);
        asked.ShouldBe(1);
        Measure(meter, 6);
        meter.IsQuick.ShouldBeFalse();
        asked.ShouldBe(3);
        _time.Advance(TimeSpan.FromMinutes(1));
        Measure(meter, 1);
        asked.ShouldBe(3);
    }

    [Fact]
    public void A_first_slow_operation_counts_only_if_it_took_very_long()
    {
        var quick = new BlockingMeter(_time, static () => 7);
        Measure(quick, 50);
        quick.IsQuick.ShouldBeTrue();
        var stalled = new BlockingMeter(_time, static () => 7);
        Measure(stalled, 51);
        stalled.IsQuick.ShouldBeFalse();
    }

    [Fact]
    public void Waiting_is_counted_for_the_calling_thread()
    {
        // A thread that is kept from its processor for as long as it meant to sleep does not sleep any more: so several tries.
        long before = ThreadWaits.Count();
        for (int i = 0; i < 100 && ThreadWaits.Count() == before; i++)
        {
            Thread.Sleep(10);
        }

        ThreadWaits.Count().ShouldBeGreaterThan(before);
    }

    [Fact]
    public async Task Writes_leave_the_calling_thread_while_the_mount_is_slow()
    {
        using var directory = new TemporaryDirectory();
        using LocalFileSystem files = LocalFileSystem.Open(directory.Root, new LocalFileSystemOptions { Time = _time });
        await using IFileHandle file = await files.OpenAsync("/a", OpenFlags.Write | OpenFlags.Create);
        using var bytes = new PinnedBytes("hello"u8.ToArray());

        _time.PerTimestamp = TimeSpan.FromMilliseconds(10);
        file.TryWrite(0, bytes.Segments(), out StorageResult<int> written).ShouldBeTrue();
        written.Value.ShouldBe(5);
        _time.PerTimestamp = TimeSpan.Zero;
        file.TryWrite(5, bytes.Segments(), out _).ShouldBeFalse();
        (await file.WriteAsync(5, bytes.Segments(), default)).Value.ShouldBe(5);
        _time.Advance(TimeSpan.FromSeconds(2));
        file.TryWrite(10, bytes.Segments(), out written).ShouldBeTrue();
        (await files.ReadFileAsync("/a")).ShouldBe("hellohellohello");
    }

    [Fact]
    public async Task Names_are_asked_on_a_worker_while_the_mount_is_slow()
    {
        using var directory = new TemporaryDirectory();
        using LocalFileSystem files = LocalFileSystem.Open(directory.Root, new LocalFileSystemOptions { Time = _time });
        _time.PerTimestamp = TimeSpan.FromMilliseconds(10);
        for (int i = 0; i < 200; i++)
        {
            (await files.GetAttributesAsync(P("/"), default)).Value.Type.ShouldBe(EntryType.Directory);
            (await files.CreateDirectoryAsync(P($"/d{i}"), null, default)).IsSuccess.ShouldBeTrue();
        }

        (await files.ListAsync("/", 7)).Count.ShouldBe(200);
    }

    [Fact]
    public async Task What_one_session_learns_of_a_device_spares_the_others()
    {
        using var directory = new TemporaryDirectory();
        var options = new LocalFileSystemOptions { Time = _time };
        using LocalFileSystem first = LocalFileSystem.Open(directory.Root, options);
        await using IFileHandle file = await first.OpenAsync("/a", OpenFlags.Write | OpenFlags.Create);
        using var bytes = new PinnedBytes("hello"u8.ToArray());
        _time.PerTimestamp = TimeSpan.FromMilliseconds(10);
        file.TryWrite(0, bytes.Segments(), out _).ShouldBeTrue();
        _time.PerTimestamp = TimeSpan.Zero;

        using LocalFileSystem second = LocalFileSystem.Open(directory.Root, options);
        await using IFileHandle other = await second.OpenAsync("/b", OpenFlags.Write | OpenFlags.Create);
        other.TryWrite(0, bytes.Segments(), out _).ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));
        other.TryWrite(0, bytes.Segments(), out _).ShouldBeTrue();
    }

    [Fact]
    public void The_table_of_devices_is_bounded_and_the_oldest_makes_room()
    {
        var table = new MountMeterTable(capacity: 2);
        MountMeters one = table.For(1, _time);
        table.For(1, _time).ShouldBeSameAs(one);
        table.For(1, TimeProvider.System).ShouldNotBeSameAs(one);
        MountMeters two = table.For(2, _time);
        two.ShouldNotBeSameAs(one);
        table.For(2, _time).ShouldBeSameAs(two);
        table.For(1, _time).ShouldNotBeSameAs(one);
    }

    private void Measure(BlockingMeter meter, int milliseconds)
    {
        BlockingMeter.Sample started = meter.Start();
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        meter.Stop(started);
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public TimeSpan PerTimestamp { get; set; }

        public void Advance(TimeSpan by) => Interlocked.Add(ref _now, by.Ticks);

        public override long GetTimestamp() => Interlocked.Add(ref _now, PerTimestamp.Ticks);
    }
}
