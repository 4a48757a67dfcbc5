using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Logging;

/// <summary>
/// Takes lines from any thread without waiting and writes them on a worker. Bounded: from <see cref="Capacity"/> lines on, debug and info lines are dropped,
/// from twice that every line; the next line that gets through is followed by one that says how many are missing.
/// </summary>
internal sealed class LogQueue : IAsyncDisposable
{
    public const int Capacity = 8192;

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
    private readonly Task _writer;
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
        _writer = Task.Run(WriteAsync);
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
    }

    /// <summary>Writes what is queued and stops; lines that come later are dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await _writer.ConfigureAwait(false);
        _sink.Dispose();
    }

    private async Task WriteAsync()
    {
        while (await _lines.Reader.WaitToReadAsync().ConfigureAwait(false))
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
