using Hpc.Server.Logging;

namespace Hpc.Server.Portable;

/// <summary>Keeps the last few log lines for a display that would be torn by lines written into it.</summary>
internal sealed class RecentLinesSink(int capacity) : ILogSink
{
    private readonly Lock _sync = new();
    private readonly Queue<string> _lines = new();

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_sync)
            {
                return [.. _lines];
            }
        }
    }

    public void Write(LogLine line)
    {
        lock (_sync)
        {
            _lines.Enqueue(line.Text);
            if (_lines.Count > capacity)
            {
                _lines.Dequeue();
            }
        }
    }

    public void Flush()
    {
    }

    public void Reopen()
    {
    }

    public void Dispose()
    {
    }
}
