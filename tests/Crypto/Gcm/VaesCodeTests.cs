using System.Globalization;
using System.Security.Cryptography;
using Hpc.Crypto.Gcm;

namespace Hpc.Crypto.Tests.Gcm;

public sealed class VaesCodeTests
{
    // Each as GNU as encodes it, with a displacement of 32 bits where there is one.
    public static TheoryData<string, string> Encodings { get; } = new()
    {
        { "vmovdqu64 zmm31,[r8+0x40]", "6241fe486fb840000000" },
        { "vmovdqu64 [rsi+0xc0],zmm3", "62f1fe487f9ec0000000" },
        { "vbroadcasti32x4 zmm24,[rdi+0x80]", "62627d485a8780000000" },
        { "vpxorq zmm0,zmm0,zmm16", "62b1fd48efc0" },
        { "vpxorq zmm3,zmm17,zmm2", "62f1f540efda" },
        { "vpxorq zmm18,zmm17,zmm16", "62a1f540efd0" },
        { "vpxorq zmm31,zmm31,zmm31", "62018540efff" },
        { "vpternlogq zmm5,zmm9,zmm15,0x96", "62d3b54825ef96" },
        { "vpaddd zmm10,zmm10,zmm13", "62512d48fed5" },
        { "vpaddq zmm10,zmm10,zmm13", "6251ad48d4d5" },
        { "vpaddq zmm31,zmm17,zmm2", "6261f540d4fa" },
        { "vpshufb zmm3,zmm10,zmm11", "62d22d4800db" },
        { "vpshufd zmm4,zmm4,0x4e", "62f17d4870e44e" },
        { "vpslldq zmm9,zmm5,8", "62f1354873fd08" },
        { "vpsrldq zmm9,zmm5,8", "62f1354873dd08" },
        { "vaesenc zmm3,zmm3,zmm18", "62b26548dcda" },
        { "vaesenclast zmm1,zmm1,zmm7", "62f27548ddcf" },
        { "vpclmulqdq zmm15,zmm7,zmm8,0x10", "62534548 44f810" },
        { "fold zmm4 into zmm31 by zmm9", "62d3fd483be101 62d1dd28efe1 62d37d2839e101 6241dd08eff9" },
        { "mov r10,rsi", "4989f2" },
        { "add r10,rcx", "4901ca" },
        { "add rsi,0x100", "4881c600010000" },
        { "cmp rsi,rdx; jne -9", "4839d60f85f7ffffff" },
        { "vzeroupper; ret", "c5f877c3" },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Instructions_are_encoded_as_an_assembler_encodes_them(string instruction, string expected)
    {
        var code = new EvexAssembler();
        switch (instruction.Split(' ')[0])
        {
            case "vmovdqu64" when instruction.Contains("],", StringComparison.Ordinal): code.Store(Gpr.Rsi, 0xC0, 3); break;
            case "vmovdqu64": code.Load(31, Gpr.R8, 0x40); break;
            case "vbroadcasti32x4": code.LoadToAllLanes(24, Gpr.Rdi, 0x80); break;
            case "vpxorq": code.Xor(Numbers(instruction)[0], Numbers(instruction)[1], Numbers(instruction)[2]); break;
            case "vpternlogq": code.XorBoth(5, 9, 15); break;
            case "vpaddd": code.Add32(10, 10, 13); break;
            case "vpaddq": code.Add64(Numbers(instruction)[0], Numbers(instruction)[1], Numbers(instruction)[2]); break;
            case "vpshufb": code.ShuffleBytes(3, 10, 11); break;
            case "vpshufd": code.SwapHalves(4, 4); break;
            case "vpslldq": code.ShiftLeftBytes(9, 5, 8); break;
            case "vpsrldq": code.ShiftRightBytes(9, 5, 8); break;
            case "vaesenc": code.AesRound(3, 18); break;
            case "vaesenclast": code.AesLastRound(1, 7); break;
            case "vpclmulqdq": code.Multiply(15, 7, 8, 0x10); break;
            case "fold": code.Fold(31, 4, 9); break;
            case "mov": code.Move(Gpr.R10, Gpr.Rsi); break;
            case "add" when instruction.EndsWith("rcx", StringComparison.Ordinal): code.Add(Gpr.R10, Gpr.Rcx); break;
            case "add": code.Add(Gpr.Rsi, 0x100); break;
            case "cmp": code.JumpBackUnlessEqual(Gpr.Rsi, Gpr.Rdx, code.Here()); break;
            default: code.Return(); break;
        }

        Convert.ToHexStringLower(code.ToArray()).ShouldBe(expected.Replace(" ", "", StringComparison.Ordinal), instruction);
    }

    /// <summary>With the encodings above, and with nothing between this and the return, no register keeps anything.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(14)]
    public void The_code_ends_with_every_register_cleared(int rounds)
    {
        var end = new EvexAssembler();
        for (int register = 0; register < 32; register++)
        {
            end.Xor(register, register, register);
        }

        end.Return();
        VaesCode.Assemble(rounds).AsSpan().EndsWith(end.ToArray()).ShouldBeTrue();
    }

    /// <summary>Data against a page that is not there, at either end; the tag lies elsewhere.</summary>
    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    public void Nothing_before_or_behind_the_data_is_read_or_written(int keyLength)
    {
        GcmTestSupport.SkipWithoutInstructions(useVaes: true);
        byte[] keyBytes = RandomNumberGenerator.GetBytes(keyLength);
        using var fast = new AesGcmKey(keyBytes) { UsesVaes = true };
        using var plain = new AesGcmKey(keyBytes);
        fast.UsesVaes.ShouldBeTrue();
        using var memory = new GuardedMemory(70_000);
        foreach (int length in new[] { 256, 257, 271, 511, 512, 513, 767, 768, 784, 1_023, 1_024, 1_039, 4_096, 16_384, 16_641, 32_780, 69_999 })
        {
            byte[] data = RandomNumberGenerator.GetBytes(length);
            byte[] hidden = data.ToArray();
            byte[] tag = SealInPlace(plain, hidden);
            foreach (bool atHead in new[] { true, false })
            {
                Span<byte> room = atHead ? memory.Head(length) : memory.Tail(length);
                data.CopyTo(room);
                SealInPlace(fast, room).ShouldBe(tag, $"{length} bytes");
                room.SequenceEqual(hidden).ShouldBeTrue($"{length} bytes");
                OpenInPlace(fast, room, tag).ShouldBeTrue($"{length} bytes");
                room.SequenceEqual(data).ShouldBeTrue($"{length} bytes");
            }
        }
    }

    [Fact]
    public void Packets_are_the_same_before_and_after_the_peer_is_trusted()
    {
        GcmTestSupport.SkipWithoutInstructions(useVaes: true);
        var random = new Random(9);
        byte[] key = new byte[16];
        byte[] iv = new byte[12];
        random.NextBytes(key);
        random.NextBytes(iv);
        using var plain = new ManagedGcmPacketSealer(key, iv);
        using var fast = new ManagedGcmPacketSealer(key, iv, mayUseVaes: true);
        using var opener = new ManagedGcmPacketOpener(key, iv, mayUseVaes: true);
        for (uint sequence = 0; sequence < 300; sequence++)
        {
            if (sequence == 100)
            {
                fast.TrustPeer();
                opener.TrustPeer();
            }

            byte[] frame = new byte[4 + (16 * random.Next(1, 300)) + 16];
            random.NextBytes(frame);
            byte[] copy = frame.ToArray();
            plain.Seal(sequence, frame);
            fast.Seal(sequence, copy);
            copy.ShouldBe(frame);
            opener.Open(sequence, copy).ShouldBeTrue();
        }
    }

    private static int[] Numbers(string instruction) =>
        [.. instruction.Split(' ')[1].Split(',').Select(name => int.Parse(name["zmm".Length..], CultureInfo.InvariantCulture))];

    private static unsafe byte[] SealInPlace(AesGcmKey key, Span<byte> data)
    {
        byte[] tag = new byte[GcmTestSupport.TagLength];
        fixed (byte* nonce = new byte[12], aad = new byte[4], start = data, end = tag)
        {
            key.Seal(nonce, aad, 4, start, data.Length, end);
        }

        return tag;
    }

    private static unsafe bool OpenInPlace(AesGcmKey key, Span<byte> data, byte[] tag)
    {
        fixed (byte* nonce = new byte[12], aad = new byte[4], start = data, end = tag)
        {
            return key.TryOpen(nonce, aad, 4, start, data.Length, end);
        }
    }
}
