namespace Hpc.Storage.Vfs.Policy;

/// <summary>Reads a name character by character. A copy goes on from the same place, which is how a matcher goes back.</summary>
internal interface INameCursor
{
    /// <summary>The next code point, or for a byte that is not UTF-8 its escape of <see cref="PathText"/>; false at the end.</summary>
    bool TryRead(out int character);

    /// <summary>The unit of the encoding (byte or UTF-16) this far from the end, 1 for the last; -1 if there are not so many left. Below 0x80 it is a character.</summary>
    int FromEnd(int distance);
}
