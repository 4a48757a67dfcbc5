using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Logging;

/// <summary>
/// Takes lines from any thread without waiting and writes them on a thread of its own, all that came within a few milliseconds at one go. Bounded: from <see cref="Capacity"/> lines on, debug and info lines are dropped,
/// from twice that every line; the next line that gets through is followed by one that says how many are missing.
/// </summary>
internal sealed class LogQueue : IAsyncDisposable
{
    public const int Capacity = 8192;

    // A session's lines come in pairs, and sessions in floods: waking the writer for each costs more than writing them.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(10);

    private readonly Channel<LogLine> _lines = Channel.CreateBounded<LogLine>(new BoundedChannelOptions(Capacity * 2)
    {
        // TryWrite then says no instead of waiting or throwing a line away unseen.
        FullMode = BoundedChannelFullMode.Wait,
        SingleReader = true,
        AllowSynchronousContinuations = false,
    });

    private readonly ILogSink _sink;
    private readonly Func<long, LogLine> _droppedLine;
    private readonly Func<string, LogLine> _problemLine;
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly object _gate = new();
    private int _isAsleep;
    private bool _isEnding;
    private long _dropped;
    private long _droppedReported;

    /// <param name="sink">Where the lines go.</param>
    /// <param name="droppedLine">The line that says how many are missing.</param>
    /// <param name="problemLine">The line that tells a problem of the sink.</param>
    public LogQueue(ILogSink sink, Func<long, LogLine> droppedLine, Func<string, LogLine> problemLine)
    {
        _sink = sink;
        _problemLine = problemLine;
        _droppedLine = droppedLine;
        new Thread(Write) { IsBackground = true, Name = "log" }.Start();
    }

    /// <summary>Lines dropped since the start, those that the sink failed to write included.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    public void Add(LogLine line)
    {
        bool isExpendable = line.Level < LogLevel.Warning && _lines.Reader.Count >= Capacity;
        if (isExpendable || !_lines.Writer.TryWrite(line))
        {
            Interlocked.Increment(ref _dropped);
        }
        else if (Volatile.Read(ref _isAsleep) != 0 && Interlocked.Exchange(ref _isAsleep, 0) != 0)
        {
            lock (_gate)
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>Writes what is queued and stops; lines that come later are dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        lock (_gate)
        {
            _isEnding = true;
            Monitor.PulseAll(_gate);
        }

        await _written.Task.ConfigureAwait(false);
        _sink.Dispose();
    }

    private void Write()
    {
        try
        {
            while (WaitForLines())
            {
                WriteLines();
            }

            _written.TrySetResult();
        }
#pragma warning disable CA1031 // On a thread of its own it would end the process; who disposes the queue gets it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _written.TrySetException(e);
        }
    }

    /// <summary>Sleeps until there is a line, and a moment for those that follow it; false when the last one is written.</summary>
    private bool WaitForLines()
    {
        lock (_gate)
        {
            while (_lines.Reader.Count == 0 && !_isEnding)
            {
                // Either whoever adds a line sees the flag, or the line is seen here.
                Interlocked.Exchange(ref _isAsleep, 1);
                if (_lines.Reader.Count == 0)
                {
                    Monitor.Wait(_gate);
                }

                Interlocked.Exchange(ref _isAsleep, 0);
            }

            if (!_isEnding)
            {
                Monitor.Wait(_gate, Gathering);
            }

            return _lines.Reader.Count > 0;
        }
    }

    private void WriteLines()
    {
        int count = 0;
        try
        {
            while (count < Capacity && _lines.Reader.TryRead(out LogLine line))
            {
                count++;
                _sink.Write(line);
                WriteDropped();
                WriteProblem();
            }

            _sink.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // A full disk or a closed terminal must not stop the server; the loss is counted and reported once writing works again.
            Interlocked.Add(ref _dropped, count);
        }
    }

    private void WriteDropped()
    {
        long dropped = Dropped;
        if (dropped > _droppedReported)
        {
            long missing = dropped - _droppedReported;
            _droppedReported = dropped;
            _sink.Write(_droppedLine(missing));
        }
    }

    private void WriteProblem()
    {
        if (_sink.TakeProblem() is { } problem)
        {
            _sink.Write(_problemLine(problem));
        }
    }

    public static string DroppedMessage(long missing) => string.Create(CultureInfo.InvariantCulture, $"{missing} log lines were dropped because they came faster than they could be written");
}
