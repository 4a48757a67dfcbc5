using System.Diagnostics.Metrics;
using Hpc.Storage;

namespace Hpc.Events;

/// <summary>Counts file events of all protocols. Taking one is a few additions; the labels are made when somebody looks.</summary>
public sealed class FileEventMetrics : IFileEventSink, IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Hpc.Files";

    private static readonly int Outcomes = FileEventOutcome.Names.Count;

    private static readonly string[] Operations = [.. Enum.GetValues<FileEventKind>().Select(FileEventNames.OfMetric)];

    private readonly Meter _meter = new(MeterName);
    private readonly long[] _counts = new long[Operations.Length * Outcomes];
    private long _uploadBytes;
    private long _downloadBytes;
    private long _overQuota;
    private long _tooLarge;

    /// <summary>Creates the instruments.</summary>
    public FileEventMetrics()
    {
        _meter.CreateObservableCounter("hpc_file_operations", Count, null, "Operations on files that have ended, of all protocols, by kind and outcome.");
        _meter.CreateObservableCounter("hpc_uploads", () => CountOf(FileEventKind.Upload, isOk: true), null, "Uploads that were closed without an error.");
        _meter.CreateObservableCounter("hpc_downloads", () => CountOf(FileEventKind.Download, isOk: true), null, "Downloads that were closed without an error.");
        _meter.CreateObservableCounter("hpc_upload_errors", () => CountOf(FileEventKind.Upload, isOk: false), null, "Uploads that failed, were refused or given up.");
        _meter.CreateObservableCounter("hpc_download_errors", () => CountOf(FileEventKind.Download, isOk: false), null, "Downloads that failed, were refused or given up.");
        _meter.CreateObservableCounter("hpc_upload", () => Volatile.Read(ref _uploadBytes), "By", "Bytes of uploads that have ended, incomplete ones included.");
        _meter.CreateObservableCounter("hpc_download", () => Volatile.Read(ref _downloadBytes), "By", "Bytes of downloads that have ended, incomplete ones included.");
        _meter.CreateObservableCounter(
            "hpc_quota_refusals",
            () => (Measurement<long>[])[
                new(Volatile.Read(ref _overQuota), new KeyValuePair<string, object?>("limit", "quota")),
                new(Volatile.Read(ref _tooLarge), new KeyValuePair<string, object?>("limit", "file_size"))],
            null,
            "Operations refused because a quota or transfer volume was used up, or because a file would have been too large.");
    }

    /// <inheritdoc/>
    public void Publish(in FileEvent fileEvent)
    {
        Interlocked.Increment(ref _counts[((int)fileEvent.Kind * Outcomes) + FileEventOutcome.IndexOf(fileEvent.Outcome)]);
        switch (fileEvent.Kind)
        {
            case FileEventKind.Upload when fileEvent.Size > 0:
                Interlocked.Add(ref _uploadBytes, fileEvent.Size);
                break;
            case FileEventKind.Download when fileEvent.Size > 0:
                Interlocked.Add(ref _downloadBytes, fileEvent.Size);
                break;
            default:
                break;
        }

        switch (fileEvent.Outcome)
        {
            case StorageError.QuotaExceeded:
                Interlocked.Increment(ref _overQuota);
                break;
            case StorageError.TooLarge:
                Interlocked.Increment(ref _tooLarge);
                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private long CountOf(FileEventKind kind, bool isOk)
    {
        long count = 0;
        for (int outcome = 0; outcome < Outcomes; outcome++)
        {
            count += (outcome == 0) == isOk ? Volatile.Read(ref _counts[((int)kind * Outcomes) + outcome]) : 0;
        }

        return count;
    }

    private List<Measurement<long>> Count()
    {
        var measurements = new List<Measurement<long>>();
        for (int i = 0; i < _counts.Length; i++)
        {
            long count = Volatile.Read(ref _counts[i]);
            if (count > 0)
            {
                measurements.Add(new(
                    count,
                    new KeyValuePair<string, object?>("operation", Operations[i / Outcomes]),
                    new KeyValuePair<string, object?>("outcome", FileEventOutcome.Names[i % Outcomes])));
            }
        }

        return measurements;
    }
}
