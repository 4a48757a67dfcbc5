using System.Runtime.InteropServices;

namespace Hpc.Crypto.Interop;

internal static unsafe partial class LibCrypto
{
    internal const int X25519 = 1034;
    internal const int Ed25519 = 1087;
    internal const int SelectPublicKey = 0x86;
    internal const int SelectKeyPair = 0x87;

    [LibraryImport(Library)]
    internal static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library)]
    internal static partial PkeyHandle EVP_PKEY_new_raw_private_key(int type, nint engine, byte* key, nuint length);

    [LibraryImport(Library)]
    internal static partial PkeyHandle EVP_PKEY_new_raw_public_key(int type, nint engine, byte* key, nuint length);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_get_raw_private_key(PkeyHandle key, byte* output, nuint* length);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_get_raw_public_key(PkeyHandle key, byte* output, nuint* length);

    [LibraryImport(Library)]
    internal static partial nint EVP_PKEY_CTX_new(PkeyHandle key, nint engine);

    [LibraryImport(Library)]
    internal static partial nint EVP_PKEY_CTX_new_from_name(nint context, byte* name, byte* properties);

    [LibraryImport(Library)]
    internal static partial void EVP_PKEY_CTX_free(nint context);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_derive_init(nint context);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_derive_set_peer(nint context, PkeyHandle peer);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_derive(nint context, byte* output, nuint* length);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_keygen_init(nint context);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_CTX_set_group_name(nint context, byte* name);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_CTX_set_rsa_keygen_bits(nint context, int bits);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_generate(nint context, nint* key);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_fromdata_init(nint context);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_fromdata(nint context, nint* key, int selection, OsslParameter* parameters);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_pairwise_check(nint context);

    [LibraryImport(Library)]
    internal static partial nuint EVP_PKEY_get1_encoded_public_key(PkeyHandle key, byte** output);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_get_bn_param(PkeyHandle key, byte* name, nint* number);

    [LibraryImport(Library)]
    internal static partial nint EVP_MD_fetch(nint context, byte* name, byte* properties);

    [LibraryImport(Library)]
    internal static partial nint EVP_MD_CTX_new();

    [LibraryImport(Library)]
    internal static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(Library)]
    internal static partial int EVP_DigestSignInit(nint context, nint* keyContext, nint digest, nint engine, PkeyHandle key);

    [LibraryImport(Library)]
    internal static partial int EVP_DigestSign(nint context, byte* signature, nuint* signatureLength, byte* data, nuint length);

    [LibraryImport(Library)]
    internal static partial int EVP_DigestVerifyInit(nint context, nint* keyContext, nint digest, nint engine, PkeyHandle key);

    [LibraryImport(Library)]
    internal static partial int EVP_DigestVerify(nint context, byte* signature, nuint signatureLength, byte* data, nuint length);
}
