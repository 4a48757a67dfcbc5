using System.Runtime.InteropServices;

namespace Hpc.Crypto.Interop;

internal static unsafe partial class LibCrypto
{
    [LibraryImport(Library)]
    internal static partial nint EVP_MAC_fetch(nint context, byte* name, byte* properties);

    [LibraryImport(Library)]
    internal static partial nint EVP_MAC_CTX_new(nint mac);

    [LibraryImport(Library)]
    internal static partial void EVP_MAC_CTX_free(nint context);

    [LibraryImport(Library)]
    internal static partial int EVP_MAC_init(nint context, byte* key, nuint keyLength, OsslParameter* parameters);

    [LibraryImport(Library, EntryPoint = nameof(EVP_MAC_init))]
    [SuppressGCTransition]
    internal static partial int MacInitShort(nint context, byte* key, nuint keyLength, OsslParameter* parameters);

    [LibraryImport(Library)]
    internal static partial int EVP_MAC_update(nint context, byte* data, nuint length);

    [LibraryImport(Library, EntryPoint = nameof(EVP_MAC_update))]
    [SuppressGCTransition]
    internal static partial int MacUpdateShort(nint context, byte* data, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_MAC_final")]
    [SuppressGCTransition]
    internal static partial int MacFinalShort(nint context, byte* output, nuint* written, nuint size);
}
