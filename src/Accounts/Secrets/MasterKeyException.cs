namespace Hpc.Accounts.Secrets;

/// <summary>The file of the master key cannot be used. The message says why, and what to do.</summary>
public sealed class MasterKeyException : Exception
{
    /// <summary>Makes one.</summary>
    public MasterKeyException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
