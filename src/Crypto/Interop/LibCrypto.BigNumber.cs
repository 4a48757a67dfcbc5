using System.Runtime.InteropServices;

namespace Hpc.Crypto.Interop;

internal static unsafe partial class LibCrypto
{
    internal const int ConstantTime = 0x04;

    [LibraryImport(Library)]
    internal static partial nint BN_new();

    [LibraryImport(Library)]
    internal static partial void BN_clear_free(nint number);

    [LibraryImport(Library)]
    internal static partial nint BN_CTX_new();

    [LibraryImport(Library)]
    internal static partial void BN_CTX_free(nint context);

    [LibraryImport(Library)]
    internal static partial nint BN_bin2bn(byte* bytes, int length, nint number);

    [LibraryImport(Library)]
    internal static partial int BN_bn2binpad(nint number, byte* bytes, int length);

    [LibraryImport(Library)]
    internal static partial int BN_num_bits(nint number);

    [LibraryImport(Library)]
    internal static partial void BN_set_flags(nint number, int flags);

    [LibraryImport(Library)]
    internal static partial int BN_cmp(nint left, nint right);

    [LibraryImport(Library)]
    internal static partial int BN_is_one(nint number);

    [LibraryImport(Library)]
    internal static partial int BN_sub_word(nint number, ulong word);

    [LibraryImport(Library)]
    internal static partial int BN_mul(nint result, nint left, nint right, nint context);

    [LibraryImport(Library)]
    internal static partial int BN_div(nint quotient, nint remainder, nint number, nint divisor, nint context);

    [LibraryImport(Library)]
    internal static partial int BN_mod_mul(nint result, nint left, nint right, nint modulus, nint context);

    [LibraryImport(Library)]
    internal static partial int BN_mod_exp_mont_consttime(nint result, nint number, nint exponent, nint modulus, nint context, nint montgomery);

    [LibraryImport(Library)]
    internal static partial nint BN_get_rfc2409_prime_1024(nint number);

    [LibraryImport(Library)]
    internal static partial nint BN_get_rfc3526_prime_2048(nint number);

    [LibraryImport(Library)]
    internal static partial nint BN_get_rfc3526_prime_3072(nint number);

    [LibraryImport(Library)]
    internal static partial nint BN_get_rfc3526_prime_4096(nint number);

    [LibraryImport(Library)]
    internal static partial nint BN_get_rfc3526_prime_6144(nint number);

    [LibraryImport(Library)]
    internal static partial nint BN_get_rfc3526_prime_8192(nint number);
}
