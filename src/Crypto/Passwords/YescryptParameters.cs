namespace Hpc.Crypto.Passwords;

/// <summary>Cost of a yescrypt hash, in the names of its author's paper and of scrypt (RFC 7914).</summary>
/// <param name="BlocksLog2">log2 of N, the blocks of memory.</param>
/// <param name="BlockSize">r, in units of 128 bytes.</param>
/// <param name="Lanes">p.</param>
/// <param name="Time">t, 0 in what programs write.</param>
internal readonly record struct YescryptParameters(int BlocksLog2, int BlockSize, int Lanes, int Time)
{
    // A stored hash names its own cost, so the bounds keep one login from taking the machine.
    public const long MaxMemory = 1L << 30;
    public const long MaxWork = 4 * MaxMemory;
    public const int MaxBlockSize = 1024;
    public const int MaxLanes = 64;
    public const int MaxTime = 1024;

    public int Blocks => 1 << BlocksLog2;

    /// <summary>Bytes.</summary>
    public long Memory => 128L * Blocks * BlockSize;

    public bool AreValid =>
        BlocksLog2 is >= 1 and <= 30
        && BlockSize is >= 1 and <= MaxBlockSize
        && Lanes is >= 1 and <= MaxLanes
        && Time is >= 0 and <= MaxTime
        && Blocks / Lanes > 3
        && Memory <= MaxMemory
        && Memory * (Time + 1) <= MaxWork;

    /// <summary>True if the password is hashed with a 64th of the memory first, as it is at every cost that is not trifling.</summary>
    public bool HasPrehash => Blocks / Lanes >= 0x100 && (long)(Blocks / Lanes) * BlockSize >= 0x20000;
}
