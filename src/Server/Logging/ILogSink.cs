namespace Hpc.Server.Logging;

/// <summary>Where log lines end. Used by one thread at a time, except <see cref="Reopen"/>.</summary>
internal interface ILogSink : IDisposable
{
    void Write(LogLine line);

    void Flush();

    /// <summary>Lets a file that was moved away be made anew with the next line. From any thread.</summary>
    void Reopen();

    /// <summary>What went wrong without costing a line, said once.</summary>
    string? TakeProblem() => null;
}
