using System.Diagnostics;
using System.Diagnostics.Metrics;
using Hpc.SshProtocol.Sftp.Wire;

namespace Hpc.SshProtocol.Sftp;

/// <summary>Counters of all SFTP sessions of the process.</summary>
public sealed class SftpMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Hpc.Sftp";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _operations;
    private readonly Histogram<double> _durations;
    private readonly Counter<long> _bytes;
    private readonly UpDownCounter<long> _handles;
    private readonly UpDownCounter<long> _sessions;

    /// <summary>Creates the instruments.</summary>
    public SftpMetrics()
    {
        _operations = _meter.CreateCounter<long>("hpc.sftp.operations", "{operation}", "SFTP requests answered, by operation and outcome.");
        _durations = _meter.CreateHistogram<double>("hpc.sftp.operation.duration", "s", "Time from taking a request to its answer; READs and WRITEs by run.");
        _bytes = _meter.CreateCounter<long>("hpc.sftp.bytes", "By", "File bytes moved over SFTP, by direction.");
        _handles = _meter.CreateUpDownCounter<long>("hpc.sftp.handles", "{handle}", "Files and directories open over SFTP.");
        _sessions = _meter.CreateUpDownCounter<long>("hpc.sftp.sessions", "{session}", "SFTP sessions (subsystem channels) open now.");
    }

    internal bool MeasuresDuration => _durations.Enabled;

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal void Operation(string name, SftpStatus status, long count = 1)
    {
        if (_operations.Enabled)
        {
            _operations.Add(count, new KeyValuePair<string, object?>("operation", name), new KeyValuePair<string, object?>("outcome", Outcome(status)));
        }
    }

    internal void Duration(string name, long startedAt)
    {
        if (_durations.Enabled)
        {
            _durations.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds, new KeyValuePair<string, object?>("operation", name));
        }
    }

    internal void Sent(long bytes)
    {
        if (_bytes.Enabled)
        {
            _bytes.Add(bytes, new KeyValuePair<string, object?>("direction", "sent"));
        }
    }

    internal void Received(long bytes)
    {
        if (_bytes.Enabled)
        {
            _bytes.Add(bytes, new KeyValuePair<string, object?>("direction", "received"));
        }
    }

    internal void HandleOpened() => _handles.Add(1);

    internal void HandleClosed() => _handles.Add(-1);

    internal void SessionOpened() => _sessions.Add(1);

    internal void SessionClosed() => _sessions.Add(-1);

    private static string Outcome(SftpStatus status) => status switch
    {
        SftpStatus.Ok => "ok",
        SftpStatus.EndOfFile => "eof",
        SftpStatus.NoSuchFile => "not_found",
        SftpStatus.PermissionDenied => "denied",
        SftpStatus.BadMessage => "bad_message",
        SftpStatus.OperationUnsupported => "unsupported",
        _ => "failure",
    };
}
