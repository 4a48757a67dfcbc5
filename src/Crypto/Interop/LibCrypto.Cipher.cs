using System.Runtime.InteropServices;

namespace Hpc.Crypto.Interop;

internal static unsafe partial class LibCrypto
{
    internal const int AeadGetTag = 0x10;
    internal const int AeadSetTag = 0x11;

    [LibraryImport(Library)]
    internal static partial nint EVP_CIPHER_fetch(nint context, byte* name, byte* properties);

    [LibraryImport(Library)]
    internal static partial nint EVP_CIPHER_CTX_new();

    [LibraryImport(Library)]
    internal static partial void EVP_CIPHER_CTX_free(nint context);

    [LibraryImport(Library)]
    internal static partial int EVP_CIPHER_CTX_set_padding(nint context, int padding);

    [LibraryImport(Library)]
    internal static partial int EVP_CipherInit_ex(nint context, nint cipher, nint engine, byte* key, byte* iv, int encrypt);

    [LibraryImport(Library, EntryPoint = nameof(EVP_CipherInit_ex))]
    [SuppressGCTransition]
    internal static partial int SetIv(nint context, nint cipher, nint engine, byte* key, byte* iv, int encrypt);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_ctrl")]
    [SuppressGCTransition]
    internal static partial int ControlShort(nint context, int type, int argument, void* pointer);

    [LibraryImport(Library)]
    internal static partial int EVP_Cipher(nint context, byte* output, byte* input, uint length);

    [LibraryImport(Library, EntryPoint = nameof(EVP_Cipher))]
    [SuppressGCTransition]
    internal static partial int CipherShort(nint context, byte* output, byte* input, uint length);
}
