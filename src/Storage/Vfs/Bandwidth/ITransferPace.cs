namespace Hpc.Storage.Vfs.Bandwidth;

/// <summary>One transfer under limits of speed. What it holds and did not use goes back when it is disposed, and whoever waits is let go.</summary>
public interface ITransferPace : IFilePace, IDisposable
{
    /// <summary>Takes <paramref name="least"/> to <paramref name="most"/> bytes for an operation that begins now, or 0 if that has to be waited for.</summary>
    long TryTake(long least, long most);

    /// <summary>Gives back what an operation did not move (0 or more); whoever waits may have it.</summary>
    void Give(long bytes);

    /// <summary>Sets aside what an operation did not move and the next one of the transfer will, at once.</summary>
    void Keep(long bytes);
}
