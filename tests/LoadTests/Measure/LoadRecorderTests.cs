using Hpc.LoadTests.Measure;
using Hpc.TestKit;

namespace Hpc.LoadTests.Tests.Measure;

public sealed class LoadRecorderTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task What_many_threads_record_adds_up()
    {
        using var recorder = new LoadRecorder(_time);
        const int Rounds = 6000;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                recorder.SessionOpened();
                recorder.Record((LoadOperation)(i % LoadOperations.Count), TimeSpan.FromMilliseconds(1 + thread), bytes: 3, (LoadOutcome)(i / LoadOperations.Count % 4));
                recorder.Moved(LoadOperation.Download, 2);
                recorder.RecordError($"kind {i % 3}", "text");
                recorder.SessionClosed();
            }
        })));

        LoadSnapshot snapshot = recorder.Snapshot();
        snapshot.TotalOperations.ShouldBe(8 * Rounds);
        snapshot.TotalErrors.ShouldBe(8 * Rounds * 3 / 4);
        snapshot.SessionsOpened.ShouldBe(8 * Rounds);
        snapshot.Sessions.ShouldBe(0);
        snapshot.PeakSessions.ShouldBeInRange(1, 8);
        snapshot.Errors.Select(static error => error.Count).ShouldBe([8 * Rounds / 3, 8 * Rounds / 3, 8 * Rounds / 3]);
        snapshot.UploadedBytes.ShouldBe(8 * Rounds / LoadOperations.Count * 3);
        snapshot.DownloadedBytes.ShouldBe((8 * Rounds / LoadOperations.Count * 3) + (8 * Rounds * 2));
        snapshot.Operations.Sum(static operation => operation.Latency.Count).ShouldBe(8 * Rounds / 4);
        snapshot.Operations.Select(static operation => operation.Operation).ShouldBe(Enum.GetValues<LoadOperation>());
    }

    [Fact]
    public void Each_outcome_is_counted_by_itself_and_only_success_has_a_latency()
    {
        using var recorder = new LoadRecorder(_time);
        recorder.Record(LoadOperation.Open, TimeSpan.FromMilliseconds(2), 0, LoadOutcome.Succeeded);
        recorder.Record(LoadOperation.Open, TimeSpan.FromMinutes(1), 0, LoadOutcome.Failed);
        recorder.Record(LoadOperation.Open, TimeSpan.FromMinutes(1), 0, LoadOutcome.TimedOut);
        recorder.Record(LoadOperation.Open, TimeSpan.FromMinutes(1), 0, LoadOutcome.Refused);

        OperationSnapshot open = recorder.Snapshot()[LoadOperation.Open];
        (open.Succeeded, open.Failed, open.TimedOut, open.Refused, open.Errors, open.Total).ShouldBe((1, 1, 1, 1, 3, 4));
        open.Latency.Max.ShouldBe(TimeSpan.FromMilliseconds(2));
    }

    [Fact]
    public void Each_second_becomes_a_sample_and_the_rest_of_one_too()
    {
        using var recorder = new LoadRecorder(_time);
        recorder.SessionOpened();
        recorder.Record(LoadOperation.Login, Second, 0, LoadOutcome.Succeeded);
        recorder.Record(LoadOperation.Login, Second, 0, LoadOutcome.Refused);
        _time.Advance(Second);
        recorder.SessionOpened();
        recorder.Record(LoadOperation.Upload, Second, 100, LoadOutcome.Succeeded);
        recorder.Moved(LoadOperation.Download, 50);
        _time.Advance(Second);
        recorder.SessionClosed();
        _time.Advance(Second / 2);
        recorder.Stop();
        _time.Advance(Second * 5);

        recorder.Snapshot().Series.ShouldBe(
        [
            new LoadSample(TimeSpan.Zero, Second, Sessions: 1, Logins: 1, Operations: 2, Errors: 1, UploadedBytes: 0, DownloadedBytes: 0),
            new LoadSample(Second, Second, Sessions: 2, Logins: 0, Operations: 1, Errors: 0, UploadedBytes: 100, DownloadedBytes: 50),
            new LoadSample(Second * 2, Second / 2, Sessions: 1, Logins: 0, Operations: 0, Errors: 0, UploadedBytes: 0, DownloadedBytes: 0),
        ]);
        recorder.SnapshotTotals().Series.ShouldBeEmpty();
    }

    [Fact]
    public void Operations_have_names_that_are_read_back()
    {
        foreach (LoadOperation operation in Enum.GetValues<LoadOperation>())
        {
            LoadOperations.TryParse(LoadOperations.NameOf(operation), out LoadOperation parsed).ShouldBeTrue();
            parsed.ShouldBe(operation);
        }

        LoadOperations.Count.ShouldBe(Enum.GetValues<LoadOperation>().Length);
        LoadOperations.TryParse("Login ", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(9)]
    public void A_full_series_becomes_coarser_and_loses_nothing(int capacity)
    {
        var series = new SampleSeries(capacity);
        for (int i = 0; i < 1000; i++)
        {
            series.Add(new LoadSample(Second * i, Second, Sessions: i, Logins: 1, Operations: 2, Errors: 3, UploadedBytes: i, DownloadedBytes: 5));
            series.Count.ShouldBeLessThanOrEqualTo(capacity);
        }

        LoadSample[] samples = series.ToArray();
        samples.Length.ShouldBeGreaterThan((capacity / 2) - 1);
        samples.Aggregate(static (sum, next) => sum.Join(next)).ShouldBe(new LoadSample(TimeSpan.Zero, Second * 1000, 999, 1000, 2000, 3000, 499_500, 5000));
        for (int i = 1; i < samples.Length; i++)
        {
            samples[i].Start.ShouldBe(samples[i - 1].Start + samples[i - 1].Duration);
        }
    }

    [Fact]
    public void Kinds_of_errors_beyond_a_hundred_are_counted_together()
    {
        var table = new ErrorTable();
        for (int i = 0; i < 150; i++)
        {
            table.Add($"kind {i}", $"first of {i}");
            table.Add($"kind {i}", "second");
        }

        ErrorSnapshot[] errors = table.Snapshot();
        errors.Length.ShouldBe(ErrorTable.MaxKinds + 1);
        errors[0].Kind.ShouldBe(ErrorTable.OtherKind);
        errors[0].Count.ShouldBe(100);
        errors.Sum(static error => error.Count).ShouldBe(300);
        errors.Single(static error => error.Kind == "kind 7").ShouldBe(new ErrorSnapshot("kind 7", 2, "first of 7"));
    }

    [Fact]
    public void A_long_message_is_cut()
    {
        var table = new ErrorTable();
        table.Add(new string('k', 5000), new string('m', 5000));
        ErrorSnapshot error = table.Snapshot().Single();
        error.Kind.Length.ShouldBe(100);
        error.FirstMessage.Length.ShouldBe(500);
    }
}
