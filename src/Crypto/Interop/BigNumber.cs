using System.Runtime.InteropServices;

namespace Hpc.Crypto.Interop;

/// <summary>A BIGNUM, cleared when freed.</summary>
internal sealed unsafe class BigNumber : SafeHandle
{
    public BigNumber()
        : this(LibCrypto.BN_new())
    {
    }

    public BigNumber(nint number)
        : base(0, ownsHandle: true)
    {
        LibCrypto.Require(number != 0, nameof(LibCrypto.BN_new));
        SetHandle(number);
    }

    public BigNumber(ReadOnlySpan<byte> bigEndian)
        : base(0, ownsHandle: true)
    {
        fixed (byte* bytes = bigEndian)
        {
            SetHandle(LibCrypto.BN_bin2bn(bytes, bigEndian.Length, 0));
        }

        LibCrypto.Require(handle != 0, nameof(LibCrypto.BN_bin2bn));
    }

    public override bool IsInvalid => handle == 0;

    public int Bits => LibCrypto.BN_num_bits(handle);

    /// <summary>Only for as long as this object is referenced (<see langword="using"/> does that).</summary>
    public nint Pointer => handle;

    /// <summary>Big-endian, without leading zeros.</summary>
    public SecretBytes ToBytes()
    {
        var bytes = new SecretBytes((Bits + 7) / 8);
        CopyTo(bytes.Span);
        return bytes;
    }

    /// <summary>Big-endian, zeros in front.</summary>
    public void CopyTo(Span<byte> output)
    {
        fixed (byte* bytes = output)
        {
            int written = LibCrypto.BN_bn2binpad(handle, bytes, output.Length);
            GC.KeepAlive(this);
            LibCrypto.Require(written == output.Length, nameof(LibCrypto.BN_bn2binpad));
        }
    }

    protected override bool ReleaseHandle()
    {
        LibCrypto.BN_clear_free(handle);
        return true;
    }
}
