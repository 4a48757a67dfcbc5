namespace Hpc.Storage;

/// <summary>
/// What keeps one way of an open file to limits of speed. A read or write waits for it by itself, but then with the memory that it was given;
/// who has none to spare waits here first, and takes memory when bytes may move.
/// </summary>
public interface IFilePace
{
    /// <summary>Bytes that one operation should move for the transfer to run evenly: 1 or more, at most <paramref name="most"/>.</summary>
    int LengthOf(int most);

    /// <summary>Bytes a second that the transfer can expect now, beside those that wait; null where no limit is in force. What a peer sends far ahead of it waits in memory.</summary>
    long? Rate { get; }

    /// <summary>
    /// Sets aside what the next operations may move: <paramref name="least"/> to <paramref name="most"/> bytes, or 0 if that has to be waited for.
    /// It takes no lock and allocates nothing. What is not used in time is lost again.
    /// </summary>
    int Prepare(int least, int most);

    /// <summary>Returns when <see cref="Prepare"/> is worth another try, in the order of calls; false if the wait was cancelled.</summary>
    ValueTask<bool> WaitAsync(int least, CancellationToken ct);
}
