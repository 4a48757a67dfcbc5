using Hpc.Crypto.KeyAgreement;

namespace Hpc.Crypto.Tests.KeyAgreement;

public sealed class DhGroupTests
{
    private static readonly byte[] Two = [2];

    [Theory]
    [InlineData(2048, 3072, 8192, 3072)]
    [InlineData(1024, 2048, 8192, 3072)]
    [InlineData(1024, 1024, 2048, 2048)]
    [InlineData(2048, 2048, 2048, 2048)]
    [InlineData(2048, 2048, 3071, 2048)]
    [InlineData(2048, 4096, 8192, 4096)]
    [InlineData(2048, 7680, 8192, 8192)]
    [InlineData(2048, 8192, 8192, 8192)]
    [InlineData(2048, 8192, 6144, 6144)]
    [InlineData(0, 0, uint.MaxValue, 3072)]
    [InlineData(4096, 2048, 8192, 4096)]
    [InlineData(2048, uint.MaxValue, uint.MaxValue, 8192)]
    public void The_smallest_group_that_satisfies_the_client_is_chosen(uint min, uint preferred, uint max, int expected) =>
        DhGroup.Choose(min, preferred, max)!.Bits.ShouldBe(expected);

    [Theory]
    [InlineData(512, 1024, 1536)]
    [InlineData(1024, 1024, 1024)]
    [InlineData(8193, 8193, 16384)]
    [InlineData(8192, 3072, 2048)]
    [InlineData(2049, 2500, 3000)]
    [InlineData(uint.MaxValue, uint.MaxValue, uint.MaxValue)]
    [InlineData(0, 0, 0)]
    public void No_group_is_chosen_where_none_fits(uint min, uint preferred, uint max) =>
        DhGroup.Choose(min, preferred, max).ShouldBeNull();

    [Fact]
    public void Known_groups_are_accepted_within_what_was_asked_for()
    {
        byte[] p = P(3072);
        DhGroup.TryCreate(p, Two, 2048, 8192, out DhGroup? group).ShouldBeTrue();
        group!.Bits.ShouldBe(3072);
        DhGroup.TryCreate(p, Two, 4096, 8192, out _).ShouldBeFalse();
        DhGroup.TryCreate(p, Two, 2048, 2048, out _).ShouldBeFalse();
    }

    [Fact]
    public void Tiny_huge_and_malformed_primes_are_refused()
    {
        byte[] group1 = Mpint.ToArray(DhGroup.OfKeyExchange("diffie-hellman-group1-sha1").P.Span);
        byte[] huge = [0, .. Enumerable.Repeat((byte)0xFF, 1025)];
        byte[] enormous = [0, .. Enumerable.Repeat((byte)0xFF, 64 * 1024)];
        byte[] even = [.. P(2048)[..^1], 0xFE];
        byte[] negative = P(2048)[1..];
        byte[] padded = [0, .. P(2048)];
        foreach (byte[] p in new byte[][] { [], [0], [7], [23], group1, huge, enormous, even, negative, padded })
        {
            DhGroup.TryCreate(p, Two, 0, 1 << 20, out DhGroup? group).ShouldBeFalse();
            group.ShouldBeNull();
        }
    }

    [Fact]
    public void Composites_are_refused()
    {
        // Odd, of the right size, ending in the bits of a safe prime.
        byte[] composite = P(2048);
        composite[100] ^= 0x10;
        DhGroup.TryCreate(composite, Two, 2048, 8192, out _).ShouldBeFalse();

        byte[] square = Mpint.ToArray(System.Numerics.BigInteger.Pow(
            new System.Numerics.BigInteger(DhGroup.OfKeyExchange("diffie-hellman-group1-sha1").P.Span, isUnsigned: true, isBigEndian: true), 2)
            .ToByteArray(isUnsigned: true, isBigEndian: true));
        DhGroup.TryCreate(square, Two, 2047, 8192, out _).ShouldBeFalse();
    }

    [Fact]
    public void The_primality_test_tells_primes_from_composites()
    {
        // Known primes skip the test when they are received, so it is called here.
        byte[] p = P(2048)[1..];
        Interop.BigNumberMath.PassesMillerRabin(p, [3]).ShouldBeTrue();
        Interop.BigNumberMath.PassesMillerRabin(p, [0x12, 0x34, 0x56]).ShouldBeTrue();
        p[50] ^= 4;
        Interop.BigNumberMath.PassesMillerRabin(p, [3]).ShouldBeFalse();
    }

    [Fact]
    public void Generators_outside_2_to_p_minus_2_are_refused()
    {
        byte[] p = P(2048);
        byte[] minusOne = [.. p[..^1], (byte)(p[^1] - 1)];
        foreach (byte[] g in new byte[][] { [], [0], [1], [0xFF], minusOne, p, [0, 2] })
        {
            DhGroup.TryCreate(p, g, 2048, 8192, out _).ShouldBeFalse();
        }
    }

    private static byte[] P(uint bits) => Mpint.ToArray(DhGroup.Choose(bits, bits, bits)!.P.Span);
}
