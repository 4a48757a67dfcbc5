namespace Hpc.Crypto.Lanes;

/// <summary>What makes the tags of several packets at once, and what it is called in the log.</summary>
/// <param name="Kernel">Null if libcrypto makes them one by one.</param>
/// <param name="PassCost">How many blocks libcrypto hashes in the time that one block of all lanes takes.</param>
/// <param name="Name">For the log.</param>
internal sealed record LaneChoice(LaneKernel? Kernel, double PassCost, string Name)
{
    /// <summary>True if one pass over these messages is faster than libcrypto's calls.</summary>
    public bool IsWorthwhile(ReadOnlySpan<LaneMessage> messages)
    {
        // Even a free pass needs two messages to have anything to gain.
        if (Kernel is null || messages.Length < 2)
        {
            return false;
        }

        long sum = 0;
        int longest = 0;
        foreach (ref readonly LaneMessage message in messages)
        {
            sum += message.Blocks;
            longest = Math.Max(longest, message.Blocks);
        }

        return sum > PassCost * longest;
    }
}
