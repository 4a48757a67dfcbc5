using System.Buffers.Binary;

namespace Hpc.Crypto.Gcm;

/// <summary>
/// The few x86-64 instructions that <see cref="VaesCode"/> and <see cref="Ctr.CtrCode"/> are made of, encoded by EVEX (Intel SDM volume 2, §2.7). Memory operands are a base register
/// and a displacement of 32 bits; the base is none of rsp and r12, which would need a SIB byte.
/// </summary>
internal sealed class EvexAssembler
{
    private readonly List<byte> _code = [];

    private enum Map
    {
        M0F = 1,
        M0F38 = 2,
        M0F3A = 3,
    }

    private enum Prefix
    {
        P66 = 1,
        PF3 = 2,
    }

    private enum Length
    {
        Xmm = 0,
        Ymm = 1,
        Zmm = 2,
    }

    public byte[] ToArray() => [.. _code];

    // What moves and combines 64 bytes.
    public void Load(int target, Gpr address, int offset) => Memory(Map.M0F, Prefix.PF3, true, 0x6F, target, address, offset);

    public void Store(Gpr address, int offset, int source) => Memory(Map.M0F, Prefix.PF3, true, 0x7F, source, address, offset);

    /// <summary>Sixteen bytes into each of the four lanes.</summary>
    public void LoadToAllLanes(int target, Gpr address, int offset) => Memory(Map.M0F38, Prefix.P66, false, 0x5A, target, address, offset);

    public void Xor(int target, int a, int b) => Register(Map.M0F, Prefix.P66, true, Length.Zmm, 0xEF, target, a, b);

    /// <summary>target ^= a ^ b.</summary>
    public void XorBoth(int target, int a, int b) => Register(Map.M0F3A, Prefix.P66, true, Length.Zmm, 0x25, target, a, b, 0x96);

    public void Add32(int target, int a, int b) => Register(Map.M0F, Prefix.P66, false, Length.Zmm, 0xFE, target, a, b);

    public void Add64(int target, int a, int b) => Register(Map.M0F, Prefix.P66, true, Length.Zmm, 0xD4, target, a, b);

    public void ShuffleBytes(int target, int source, int mask) => Register(Map.M0F38, Prefix.P66, false, Length.Zmm, 0x00, target, source, mask);

    public void SwapHalves(int target, int source) => Register(Map.M0F, Prefix.P66, false, Length.Zmm, 0x70, target, 0, source, 0x4E);

    public void ShiftLeftBytes(int target, int source, byte count) => Register(Map.M0F, Prefix.P66, false, Length.Zmm, 0x73, 7, target, source, count);

    public void ShiftRightBytes(int target, int source, byte count) => Register(Map.M0F, Prefix.P66, false, Length.Zmm, 0x73, 3, target, source, count);

    // VAES and VPCLMULQDQ.
    public void AesRound(int state, int roundKey) => Register(Map.M0F38, Prefix.P66, false, Length.Zmm, 0xDC, state, state, roundKey);

    public void AesLastRound(int state, int roundKey) => Register(Map.M0F38, Prefix.P66, false, Length.Zmm, 0xDD, state, state, roundKey);

    public void Multiply(int target, int a, int b, byte halves) => Register(Map.M0F3A, Prefix.P66, false, Length.Zmm, 0x44, target, a, b, halves);

    /// <summary>target = the XOR of the source's four lanes; the other lanes of target are zero. The source is lost.</summary>
    public void Fold(int target, int source, int scratch)
    {
        Register(Map.M0F3A, Prefix.P66, true, Length.Zmm, 0x3B, source, 0, scratch, 1);
        Register(Map.M0F, Prefix.P66, true, Length.Ymm, 0xEF, source, source, scratch);
        Register(Map.M0F3A, Prefix.P66, false, Length.Ymm, 0x39, source, 0, scratch, 1);
        Register(Map.M0F, Prefix.P66, true, Length.Xmm, 0xEF, target, source, scratch);
    }

    /// <summary>Leaves nothing in any vector register: no key, key stream or hash.</summary>
    public void ClearAll()
    {
        for (int register = 0; register < 32; register++)
        {
            Xor(register, register, register);
        }
    }

    // Control.
    public int Here() => _code.Count;

    public void Move(Gpr target, Gpr source) => General(0x89, target, source);

    public void Add(Gpr target, Gpr source) => General(0x01, target, source);

    public void Add(Gpr target, int value)
    {
        Rex(0, target);
        _code.Add(0x81);
        _code.Add(ModRegister(0, (int)target));
        Int32(value);
    }

    public void JumpBackUnlessEqual(Gpr a, Gpr b, int label)
    {
        General(0x39, a, b);
        _code.AddRange([0x0F, 0x85]);
        Int32(label - (_code.Count + 4));
    }

    /// <summary>Ends the wide-register state that would slow other code down, and returns.</summary>
    public void Return() => _code.AddRange([0xC5, 0xF8, 0x77, 0xC3]);

    private static byte ModRegister(int reg, int rm) => (byte)(0xC0 | ((reg & 7) << 3) | (rm & 7));

    private void Register(Map map, Prefix prefix, bool w, Length length, byte opcode, int reg, int vvvv, int rm, byte? immediate = null)
    {
        Evex(map, prefix, w, length, reg, vvvv, rm >> 4, rm >> 3);
        _code.Add(opcode);
        _code.Add(ModRegister(reg, rm));
        if (immediate is { } value)
        {
            _code.Add(value);
        }
    }

    private void Memory(Map map, Prefix prefix, bool w, byte opcode, int reg, Gpr address, int offset)
    {
        Evex(map, prefix, w, Length.Zmm, reg, 0, 0, (int)address >> 3);
        _code.Add(opcode);
        _code.Add((byte)(0x80 | ((reg & 7) << 3) | ((int)address & 7)));
        Int32(offset);
    }

    //  62  |R X B R' 0 m m m|  |W v v v v 1 p p|  |z L' L b V' a a a|     R, X, B, R', v and V' are inverted
    private void Evex(Map map, Prefix prefix, bool w, Length length, int reg, int vvvv, int x, int b)
    {
        _code.Add(0x62);
        _code.Add((byte)(Inverted(reg >> 3, 7) | Inverted(x, 6) | Inverted(b, 5) | Inverted(reg >> 4, 4) | (int)map));
        _code.Add((byte)((w ? 0x80 : 0) | ((~vvvv & 0xF) << 3) | 0x04 | (int)prefix));
        _code.Add((byte)(((int)length << 5) | Inverted(vvvv >> 4, 3)));
    }

    private void General(byte opcode, Gpr target, Gpr source)
    {
        Rex((int)source, target);
        _code.Add(opcode);
        _code.Add(ModRegister((int)source, (int)target));
    }

    private void Rex(int reg, Gpr rm) => _code.Add((byte)(0x48 | ((reg >> 3) << 2) | ((int)rm >> 3)));

    private static int Inverted(int bit, int position) => (~bit & 1) << position;

    private void Int32(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        _code.AddRange(bytes);
    }
}
