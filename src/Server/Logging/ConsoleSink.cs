namespace Hpc.Server.Logging;

/// <summary>Lines to standard error or another text writer, together when they are flushed.</summary>
internal sealed class ConsoleSink(TextWriter writer) : ILogSink
{
    public void Write(LogLine line) => writer.WriteLine(line.Text);

    public void Flush() => writer.Flush();

    public void Reopen()
    {
    }

    public void Dispose() => writer.Flush();
}
