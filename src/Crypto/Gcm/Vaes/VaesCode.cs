namespace Hpc.Crypto.Gcm;

/// <summary>
/// The bulk loop of <see cref="AesGcmKernel"/> in VAES: sixteen blocks a time in four registers of 512 bits, which .NET has no intrinsics for.
/// Straight-line code with one counted loop: no branch and no address depends on a key or on data.
/// </summary>
internal static class VaesCode
{
    // Of the state: counters, then the hash.
    public const int CountersOffset = 0;
    public const int HashOffset = 64;
    public const int StateLength = 128;

    // Of the constants, 64 bytes each.
    public const int CounterOrderOffset = 0;
    public const int ReverseOffset = 64;
    public const int FourOffset = 128;
    public const int PolynomialOffset = 192;
    public const int ConstantsLength = 256;

    private const int Word = 64;
    private const int Words = 4;

    // zmm0–3 are the AES states.
    private const int Low = 4;
    private const int Middle = 5;
    private const int High = 6;
    private const int Block = 7;
    private const int Power = 8;
    private const int Product = 9;
    private const int Product2 = 15;
    private const int Counters = 10;
    private const int CounterOrder = 11;
    private const int Reverse = 12;
    private const int Four = 13;
    private const int Polynomial = 14;
    private const int FirstRoundKey = 16;
    private const int Hash = 31;

    // void steps(key, data, end, hashed, state, constants)
    private const Gpr Key = Gpr.Rdi;
    private const Gpr Data = Gpr.Rsi;
    private const Gpr End = Gpr.Rdx;
    private const Gpr Hashed = Gpr.Rcx;
    private const Gpr State = Gpr.R8;
    private const Gpr Constants = Gpr.R9;
    private const Gpr HashedData = Gpr.R10;

    /// <summary>
    /// <c>void steps(byte* key, byte* data, byte* end, nint hashed, byte* state, byte* constants)</c>: encrypts from data to end, at least one step
    /// of <see cref="Ghash.StepLength"/>, and hashes what lies <c>hashed</c> bytes from it.
    /// </summary>
    public static byte[] Assemble(int rounds)
    {
        var code = new EvexAssembler();
        LoadRegisters(code, rounds);
        int loop = code.Here();
        StartBlocks(code);
        int round = 1;
        for (int word = Words - 1; word >= 0; word--)
        {
            // The word that meets the hash so far comes last: the others need not wait for it.
            for (int last = rounds * (Words - word) / (Words + 1); round <= last; round++)
            {
                Round(code, round);
            }

            HashWord(code, word);
        }

        for (; round < rounds; round++)
        {
            Round(code, round);
        }

        Reduce(code);
        Finish(code, rounds);
        code.Add(Data, Ghash.StepLength);
        code.Add(HashedData, Ghash.StepLength);
        code.JumpBackUnlessEqual(Data, End, loop);

        code.Store(State, HashOffset, Hash);
        code.ClearAll();
        code.Return();
        return code.ToArray();
    }

    private static void LoadRegisters(EvexAssembler code, int rounds)
    {
        code.Move(HashedData, Data);
        code.Add(HashedData, Hashed);
        code.Load(Counters, State, CountersOffset);
        code.Load(Hash, State, HashOffset);
        code.Load(CounterOrder, Constants, CounterOrderOffset);
        code.Load(Reverse, Constants, ReverseOffset);
        code.Load(Four, Constants, FourOffset);
        code.Load(Polynomial, Constants, PolynomialOffset);
        for (int round = 0; round <= rounds; round++)
        {
            code.LoadToAllLanes(FirstRoundKey + round, Key, round * 16);
        }
    }

    private static void StartBlocks(EvexAssembler code)
    {
        for (int word = 0; word < Words; word++)
        {
            code.ShuffleBytes(word, Counters, CounterOrder);
            code.Add32(Counters, Counters, Four);
            code.Xor(word, word, FirstRoundKey);
        }
    }

    private static void Round(EvexAssembler code, int round)
    {
        for (int word = 0; word < Words; word++)
        {
            code.AesRound(word, FirstRoundKey + round);
        }
    }

    private static void HashWord(EvexAssembler code, int word)
    {
        code.Load(Block, HashedData, word * Word);
        code.ShuffleBytes(Block, Block, Reverse);
        if (word == 0)
        {
            code.Xor(Block, Block, Hash);
        }

        code.Load(Power, Key, AesGcmKey.PowersOffset + (word * Word));
        if (word == Words - 1)
        {
            code.Multiply(Low, Block, Power, 0x00);
            code.Multiply(High, Block, Power, 0x11);
            code.Multiply(Middle, Block, Power, 0x01);
            code.Multiply(Product, Block, Power, 0x10);
            code.Xor(Middle, Middle, Product);
            return;
        }

        code.Multiply(Product, Block, Power, 0x00);
        code.Xor(Low, Low, Product);
        code.Multiply(Product, Block, Power, 0x11);
        code.Xor(High, High, Product);
        code.Multiply(Product, Block, Power, 0x01);
        code.Multiply(Product2, Block, Power, 0x10);
        code.XorBoth(Middle, Product, Product2);
    }

    /// <summary>As <see cref="Ghash.Reduce(System.Runtime.Intrinsics.Vector512{ulong},System.Runtime.Intrinsics.Vector512{ulong},System.Runtime.Intrinsics.Vector512{ulong})"/>.</summary>
    private static void Reduce(EvexAssembler code)
    {
        code.ShiftLeftBytes(Product, Middle, 8);
        code.Xor(Low, Low, Product);
        code.ShiftRightBytes(Product, Middle, 8);
        code.Xor(High, High, Product);
        code.Multiply(Product, Low, Polynomial, 0x00);
        code.SwapHalves(Low, Low);
        code.Xor(Low, Low, Product);
        code.Multiply(Product, Low, Polynomial, 0x00);
        code.SwapHalves(Low, Low);
        code.XorBoth(Low, Product, High);
        code.Fold(Hash, Low, Product);
    }

    // The last round ends with XOR of its key: the data goes in there.
    private static void Finish(EvexAssembler code, int rounds)
    {
        for (int word = 0; word < Words; word++)
        {
            code.Load(Block, Data, word * Word);
            code.Xor(Block, Block, FirstRoundKey + rounds);
            code.AesLastRound(word, Block);
            code.Store(Data, word * Word, word);
        }
    }
}
