using System.Runtime.InteropServices;

namespace Hpc.Crypto.Interop;

/// <summary>An EVP_PKEY. Once made it is not changed, so threads may share it.</summary>
internal sealed class PkeyHandle : SafeHandle
{
    public PkeyHandle()
        : base(0, ownsHandle: true)
    {
    }

    public PkeyHandle(nint key)
        : base(0, ownsHandle: true) => SetHandle(key);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibCrypto.EVP_PKEY_free(handle);
        return true;
    }
}
