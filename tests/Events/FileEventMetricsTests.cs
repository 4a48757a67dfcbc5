using System.Diagnostics.Metrics;
using Hpc.Storage;

namespace Hpc.Events.Tests;

[Collection("meter")]
public sealed class FileEventMetricsTests
{
    [Fact]
    public void Events_are_counted_by_kind_and_outcome_and_bytes_with_those_of_incomplete_transfers()
    {
        using var metrics = new FileEventMetrics();
        metrics.Publish(Events.Of(FileEventKind.Upload, size: 100));
        metrics.Publish(Events.Of(FileEventKind.Upload, StorageError.Cancelled, 11));
        metrics.Publish(Events.Of(FileEventKind.Upload, StorageError.QuotaExceeded, 5));
        metrics.Publish(Events.Of(FileEventKind.Upload, StorageError.TooLarge));
        metrics.Publish(Events.Of(FileEventKind.Download, size: 7));
        metrics.Publish(Events.Of(FileEventKind.Hash));
        metrics.Publish(Events.Of(FileEventKind.Copy, size: 1 << 20));
        metrics.Publish(Events.Of(FileEventKind.Delete, StorageError.AccessDenied, 1000));
        Dictionary<string, long> values = Read();
        values["hpc_file_operations operation=upload outcome=ok"].ShouldBe(1);
        values["hpc_file_operations operation=upload outcome=cancelled"].ShouldBe(1);
        values["hpc_file_operations operation=upload outcome=quota"].ShouldBe(2);
        values["hpc_file_operations operation=remove outcome=denied"].ShouldBe(1);
        values["hpc_file_operations operation=hash outcome=ok"].ShouldBe(1);
        values["hpc_file_operations operation=copy outcome=ok"].ShouldBe(1);
        values["hpc_uploads"].ShouldBe(1);
        values["hpc_upload_errors"].ShouldBe(3);
        values["hpc_upload"].ShouldBe(116);
        values["hpc_downloads"].ShouldBe(1);
        values["hpc_download_errors"].ShouldBe(0);
        values["hpc_download"].ShouldBe(7);
        values["hpc_quota_refusals limit=quota"].ShouldBe(1);
        values["hpc_quota_refusals limit=file_size"].ShouldBe(1);
        values.Keys.ShouldNotContain(key => key.Contains("outcome=failure", StringComparison.Ordinal));
    }

    private static Dictionary<string, long> Read()
    {
        var values = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, me) =>
            {
                if (instrument.Meter.Name == FileEventMetrics.MeterName)
                {
                    me.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            string labels = string.Concat(tags.ToArray().Select(tag => $" {tag.Key}={tag.Value}"));
            values[instrument.Name + labels] = values.GetValueOrDefault(instrument.Name + labels) + value;
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return values;
    }
}
