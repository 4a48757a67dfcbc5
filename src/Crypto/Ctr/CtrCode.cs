using Hpc.Crypto.Gcm;

namespace Hpc.Crypto.Ctr;

/// <summary>
/// AES in counter mode in VAES, assembled as <see cref="VaesCode"/> is: sixteen blocks a time, straight-line with one counted loop. Its iterations depend
/// on each other by the counter alone, so the CPU runs several at once.
/// </summary>
internal static class CtrCode
{
    /// <summary>What one iteration takes.</summary>
    public const int StepLength = Words * Word;

    // Of the constants, 64 bytes each.
    public const int ReverseOffset = 0;
    public const int FourOffset = 64;
    public const int ConstantsLength = 128;

    private const int Word = 64;
    private const int Words = 4;

    // zmm0–3 are the AES states.
    private const int Block = 4;
    private const int Counters = 5;
    private const int Reverse = 6;
    private const int Four = 7;
    private const int FirstRoundKey = 16;

    // void steps(key, data, end, counters, constants)
    private const Gpr Key = Gpr.Rdi;
    private const Gpr Data = Gpr.Rsi;
    private const Gpr End = Gpr.Rdx;
    private const Gpr FirstCounters = Gpr.Rcx;
    private const Gpr Constants = Gpr.R8;

    /// <summary>
    /// <c>void steps(byte* key, byte* data, byte* end, byte* counters, byte* constants)</c>: encrypts from data to end, at least one
    /// <see cref="StepLength"/>. The counters are those of the first four blocks, little-endian, and grow by 64 bits.
    /// </summary>
    public static byte[] Assemble(int rounds)
    {
        var code = new EvexAssembler();
        code.Load(Counters, FirstCounters, 0);
        code.Load(Reverse, Constants, ReverseOffset);
        code.Load(Four, Constants, FourOffset);
        for (int round = 0; round <= rounds; round++)
        {
            code.LoadToAllLanes(FirstRoundKey + round, Key, round * 16);
        }

        int loop = code.Here();
        for (int word = 0; word < Words; word++)
        {
            code.ShuffleBytes(word, Counters, Reverse);
            code.Add64(Counters, Counters, Four);
            code.Xor(word, word, FirstRoundKey);
        }

        for (int round = 1; round < rounds; round++)
        {
            for (int word = 0; word < Words; word++)
            {
                code.AesRound(word, FirstRoundKey + round);
            }
        }

        for (int word = 0; word < Words; word++)
        {
            // The last round ends with XOR of its key: the data goes in there.
            code.Load(Block, Data, word * Word);
            code.Xor(Block, Block, FirstRoundKey + rounds);
            code.AesLastRound(word, Block);
            code.Store(Data, word * Word, word);
        }

        code.Add(Data, StepLength);
        code.JumpBackUnlessEqual(Data, End, loop);
        code.ClearAll();
        code.Return();
        return code.ToArray();
    }
}
