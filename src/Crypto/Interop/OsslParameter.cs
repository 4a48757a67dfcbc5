using System.Runtime.InteropServices;

namespace Hpc.Crypto.Interop;

/// <summary>OSSL_PARAM (core.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OsslParameter
{
    public const uint UnsignedInteger = 2;
    public const uint Utf8String = 4;
    public const uint OctetString = 5;

    public byte* Key;
    public uint DataType;
    public void* Data;
    public nuint DataSize;
    public nuint ReturnSize;
}
