namespace Hpc.Crypto.Interop;

/// <summary>The arithmetic that Diffie-Hellman and RSA key files need. Numbers are big-endian and unsigned.</summary>
internal static class BigNumberMath
{
    /// <summary><c>number ^ exponent mod modulus</c>, with a running time that does not depend on the exponent's value; as long as the modulus.</summary>
    public static void PowMod(ReadOnlySpan<byte> number, ReadOnlySpan<byte> exponent, ReadOnlySpan<byte> modulus, Span<byte> output)
    {
        using var context = new BigNumberContext();
        using var @base = new BigNumber(number);
        using var power = new BigNumber(exponent);
        using var divisor = new BigNumber(modulus);
        using var result = new BigNumber();
        LibCrypto.BN_set_flags(power.Pointer, LibCrypto.ConstantTime);
        int done = LibCrypto.BN_mod_exp_mont_consttime(result.Pointer, @base.Pointer, power.Pointer, divisor.Pointer, context.Pointer, 0);
        LibCrypto.Require(done == 1, nameof(LibCrypto.BN_mod_exp_mont_consttime));
        result.CopyTo(output);
    }

    /// <summary>d mod (prime - 1), the CRT exponent of an RSA prime.</summary>
    public static SecretBytes CrtExponent(ReadOnlySpan<byte> d, ReadOnlySpan<byte> prime)
    {
        using var context = new BigNumberContext();
        using var number = new BigNumber(d);
        using BigNumber divisor = OneLess(prime);
        using var remainder = new BigNumber();
        LibCrypto.BN_set_flags(number.Pointer, LibCrypto.ConstantTime);
        LibCrypto.BN_set_flags(divisor.Pointer, LibCrypto.ConstantTime);
        int done = LibCrypto.BN_div(0, remainder.Pointer, number.Pointer, divisor.Pointer, context.Pointer);
        LibCrypto.Require(done == 1, nameof(LibCrypto.BN_div));
        return remainder.ToBytes();
    }

    public static bool IsProduct(ReadOnlySpan<byte> product, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        using var context = new BigNumberContext();
        using var expected = new BigNumber(product);
        using var first = new BigNumber(left);
        using var second = new BigNumber(right);
        using var result = new BigNumber();
        LibCrypto.Require(LibCrypto.BN_mul(result.Pointer, first.Pointer, second.Pointer, context.Pointer) == 1, nameof(LibCrypto.BN_mul));
        return LibCrypto.BN_cmp(result.Pointer, expected.Pointer) == 0;
    }

    /// <summary>True if left x right is 1 modulo the modulus.</summary>
    public static bool AreInverse(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, ReadOnlySpan<byte> modulus)
    {
        using var divisor = new BigNumber(modulus);
        return AreInverse(left, right, divisor);
    }

    /// <summary>True if left x right is 1 modulo prime - 1.</summary>
    public static bool AreInverseBelow(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, ReadOnlySpan<byte> prime)
    {
        using BigNumber divisor = OneLess(prime);
        return AreInverse(left, right, divisor);
    }

    /// <summary>
    /// One Miller-Rabin round with a base, for primes of which (p - 1) / 2 is odd (as in any safe prime): base ^ ((p - 1) / 2) is 1 or p - 1.
    /// </summary>
    public static bool PassesMillerRabin(ReadOnlySpan<byte> candidate, ReadOnlySpan<byte> @base)
    {
        byte[] half = candidate.ToArray();
        half[^1] &= 0xFE;
        for (int i = half.Length - 1; i > 0; i--)
        {
            half[i] = (byte)((half[i] >> 1) | (half[i - 1] << 7));
        }

        half[0] >>= 1;
        byte[] power = new byte[candidate.Length];
        PowMod(@base, half, candidate, power);
        byte[] minusOne = candidate.ToArray();
        minusOne[^1] &= 0xFE;
        return power.AsSpan().SequenceEqual(minusOne) || (power[^1] == 1 && !power.AsSpan(0, power.Length - 1).ContainsAnyExcept((byte)0));
    }

    private static bool AreInverse(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, BigNumber modulus)
    {
        using var context = new BigNumberContext();
        using var first = new BigNumber(left);
        using var second = new BigNumber(right);
        using var result = new BigNumber();
        int done = LibCrypto.BN_mod_mul(result.Pointer, first.Pointer, second.Pointer, modulus.Pointer, context.Pointer);
        LibCrypto.Require(done == 1, nameof(LibCrypto.BN_mod_mul));
        return LibCrypto.BN_is_one(result.Pointer) == 1;
    }

    private static BigNumber OneLess(ReadOnlySpan<byte> bytes)
    {
        var number = new BigNumber(bytes);
        LibCrypto.Require(LibCrypto.BN_sub_word(number.Pointer, 1) == 1, nameof(LibCrypto.BN_sub_word));
        return number;
    }
}
