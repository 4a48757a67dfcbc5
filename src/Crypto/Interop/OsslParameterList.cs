using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Hpc.Crypto.Interop;

/// <summary>A terminated OSSL_PARAM array with the values it points to, in native memory that is cleared on dispose.</summary>
internal sealed unsafe class OsslParameterList : IDisposable
{
    private const int MaxParameters = 12;

    // An RSA key of 16,384 bits has 2 x 2,048 bytes (n, d) and 5 x 1,024 (p, q, dP, dQ, qInv).
    private const int Size = 16 * 1024;

    private byte* _memory;
    private int _used = (MaxParameters + 1) * sizeof(OsslParameter);
    private int _count;

    public OsslParameterList() => _memory = (byte*)NativeMemory.AllocZeroed(Size);

    /// <summary>The array; the entry after the last is all zero, which ends it.</summary>
    public OsslParameter* Pointer => (OsslParameter*)_memory;

    public void AddText(string name, string value)
    {
        Span<byte> target = Append(name, OsslParameter.Utf8String, value.Length, value.Length + 1);
        Encoding.ASCII.GetBytes(value, target);
    }

    public void AddOctets(string name, ReadOnlySpan<byte> value) =>
        value.CopyTo(Append(name, OsslParameter.OctetString, value.Length, value.Length));

    /// <summary>Adds a big-endian unsigned number; OSSL_PARAM numbers are in the machine's own order.</summary>
    public void AddNumber(string name, ReadOnlySpan<byte> bigEndian)
    {
        Span<byte> target = Append(name, OsslParameter.UnsignedInteger, bigEndian.Length, bigEndian.Length);
        bigEndian.CopyTo(target);
        if (BitConverter.IsLittleEndian)
        {
            target.Reverse();
        }
    }

    public void Dispose()
    {
        if (_memory != null)
        {
            CryptographicOperations.ZeroMemory(new Span<byte>(_memory, Size));
            NativeMemory.Free(_memory);
            _memory = null;
        }
    }

    private Span<byte> Append(string name, uint type, int dataSize, int room)
    {
        ObjectDisposedException.ThrowIf(_memory == null, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(_count, MaxParameters);
        byte* key = Take(name.Length + 1);
        Encoding.ASCII.GetBytes(name, new Span<byte>(key, name.Length));
        byte* data = Take(room);
        Pointer[_count++] = new OsslParameter { Key = key, DataType = type, Data = data, DataSize = (nuint)dataSize };
        return new Span<byte>(data, room);
    }

    private byte* Take(int length)
    {
        // Eight-byte alignment lets OpenSSL read numbers as words.
        int aligned = (length + 7) & ~7;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(aligned, Size - _used, nameof(length));
        byte* taken = _memory + _used;
        _used += aligned;
        return taken;
    }
}
