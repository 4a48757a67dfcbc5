using System.Buffers.Binary;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Ctr;

/// <summary>AES in counter mode: libcrypto's until the peer has logged in, then <see cref="CtrKernel"/>'s from the block on that it stands at.</summary>
/// <remarks>Unsafe because packets are encrypted where they lie.</remarks>
internal sealed unsafe class VaesCtrStream : IPacketStream
{
    private const int BlockLength = 16;

    private readonly CipherContext _untilLogin;
    private readonly CtrKey _key;
    private UInt128 _counter;
    private bool _isTrusted;

    /// <param name="evpName">libcrypto's name of the cipher.</param>
    /// <param name="key">Copied.</param>
    /// <param name="iv">The first counter, big-endian (RFC 4344 §4).</param>
    public VaesCtrStream(string evpName, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
    {
        _key = new CtrKey(key);
        _counter = BinaryPrimitives.ReadUInt128BigEndian(iv);
        _untilLogin = new CipherContext(evpName, key, iv, encrypt: true);
    }

    public void Apply(byte* data, int length)
    {
        if (_isTrusted)
        {
            _key.Apply(ref _counter, data, length);
            return;
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(length % BlockLength, 0, nameof(length));
        _untilLogin.Apply(data, data, length);
        _counter += (UInt128)(length / BlockLength);
    }

    public void TrustPeer()
    {
        _isTrusted = true;
        _untilLogin.Dispose();
    }

    public void Dispose()
    {
        _key.Dispose();
        _untilLogin.Dispose();
        _counter = 0;
    }
}
