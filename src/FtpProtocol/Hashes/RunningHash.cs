namespace Hpc.FtpProtocol.Hashes;

/// <summary>A hash of what is appended bit by bit.</summary>
internal abstract class RunningHash : IDisposable
{
    public abstract void Append(ReadOnlySpan<byte> data);

    /// <summary>The hash of everything; called once.</summary>
    public abstract byte[] Finish();

    /// <inheritdoc/>
    public abstract void Dispose();
}
