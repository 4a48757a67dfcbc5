namespace Hpc.Accounts.Usage;

/// <summary>A statement came from a run that was ended, because its node was taken for dead. It holds nothing any more, and must spend nothing.</summary>
public sealed class UsageRunEndedException : InvalidOperationException
{
    /// <summary>Without a sentence.</summary>
    public UsageRunEndedException()
    {
    }

    /// <summary>With a sentence.</summary>
    public UsageRunEndedException(string message)
        : base(message)
    {
    }

    /// <summary>With a sentence and a cause.</summary>
    public UsageRunEndedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>For a run.</summary>
    public UsageRunEndedException(UsageNode run)
        : this($"The run {run?.Epoch} of node {run?.Id} was ended: it was taken for dead. Nothing is reserved for it any more; the node begins a new run.")
    {
    }

    /// <summary>True if the statement was taken before the run was ended, and its answer was lost.</summary>
    public bool WasTaken { get; init; }
}
