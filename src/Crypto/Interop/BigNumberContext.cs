using System.Runtime.InteropServices;

namespace Hpc.Crypto.Interop;

/// <summary>A BN_CTX: scratch numbers of one calculation.</summary>
internal sealed class BigNumberContext : SafeHandle
{
    public BigNumberContext()
        : base(0, ownsHandle: true)
    {
        SetHandle(LibCrypto.BN_CTX_new());
        LibCrypto.Require(handle != 0, nameof(LibCrypto.BN_CTX_new));
    }

    public override bool IsInvalid => handle == 0;

    public nint Pointer => handle;

    protected override bool ReleaseHandle()
    {
        LibCrypto.BN_CTX_free(handle);
        return true;
    }
}
