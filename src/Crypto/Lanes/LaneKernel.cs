namespace Hpc.Crypto.Lanes;

/// <summary>A hash function over several messages at once: how many, and the method that compresses blocks of all of them.</summary>
/// <remarks>Unsafe because it holds the method's address: a call then costs what a direct one does.</remarks>
internal sealed unsafe class LaneKernel(string name, int lanes, delegate*<uint*, byte**, nint, void> compress)
{
    /// <summary>As many lanes as any kernel has.</summary>
    public const int MaxLanes = 16;

    private readonly delegate*<uint*, byte**, nint, void> _compress = compress;

    public string Name { get; } = name;

    public int Lanes { get; } = lanes;

    /// <summary>The widest that this CPU runs; null if none.</summary>
    public static LaneKernel? Best => Sha256Avx512.IsSupported ? Avx512 : Sha256Avx2.IsSupported ? Avx2 : null;

    public static LaneKernel Avx512 { get; } = new("AVX-512, 16 lanes", Sha256Avx512.Lanes, &Sha256Avx512.Compress);

    public static LaneKernel Avx2 { get; } = new("AVX2, 8 lanes", Sha256Avx2.Lanes, &Sha256Avx2.Compress);

    /// <summary>
    /// Takes <paramref name="blocks"/> blocks of every lane and moves their addresses on. The state is aligned to 64 bytes and holds word after word
    /// of all lanes.
    /// </summary>
    public void Compress(uint* state, byte** positions, nint blocks) => _compress(state, positions, blocks);
}
