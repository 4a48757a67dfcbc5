using System.Security.Cryptography;
using Hpc.Crypto.KeyAgreement;
using Agreement = Hpc.Crypto.KeyAgreement.KeyAgreement;

namespace Hpc.Crypto.Tests.KeyAgreement;

public sealed class KeyAgreementTests
{
    public static TheoryData<string> FixedMethods() =>
        [.. AlgorithmCatalog.Names(AlgorithmKind.KeyExchange, CryptoProfile.Legacy).Where(name => !AlgorithmCatalog.IsGroupExchange(name))];

    [Theory]
    [MemberData(nameof(FixedMethods))]
    public void Both_sides_derive_the_same_secret(string method)
    {
        using Agreement client = AlgorithmCatalog.CreateKeyAgreement(method);
        using Agreement server = AlgorithmCatalog.CreateKeyAgreement(method);
        using SecretBytes? left = client.DeriveSecret(server.PublicShare.Span);
        using SecretBytes? right = server.DeriveSecret(client.PublicShare.Span);
        left.ShouldNotBeNull();
        right.ShouldNotBeNull();
        left.Span.SequenceEqual(right.Span).ShouldBeTrue();
        Mpint.IsPositive(left.Span).ShouldBeTrue();
        client.Hash.ShouldBe(AlgorithmCatalog.HashOf(method));
        client.PublicShare.Span.SequenceEqual(server.PublicShare.Span).ShouldBeFalse();
    }

    [Theory]
    [InlineData("diffie-hellman-group-exchange-sha256")]
    [InlineData("diffie-hellman-group-exchange-sha1")]
    public void Both_sides_of_a_group_exchange_derive_the_same_secret(string method)
    {
        DhGroup group = DhGroup.Choose(2048, 3072, 8192)!;
        DhGroup.TryCreate(Mpint.ToArray(group.P.Span), Mpint.ToArray(group.G.Span), 2048, 8192, out DhGroup? received).ShouldBeTrue();
        using Agreement server = AlgorithmCatalog.CreateGroupExchange(method, group);
        using Agreement client = AlgorithmCatalog.CreateGroupExchange(method, received!);
        using SecretBytes? left = client.DeriveSecret(server.PublicShare.Span);
        using SecretBytes? right = server.DeriveSecret(client.PublicShare.Span);
        left!.Span.SequenceEqual(right!.Span).ShouldBeTrue();
    }

    [Theory]
    [InlineData("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4", "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c", "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")]
    [InlineData("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d", "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493", "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957")]
    public void X25519_gives_the_answers_of_rfc_7748(string scalar, string share, string expected)
    {
        using var agreement = new Curve25519KeyAgreement(Convert.FromHexString(scalar));
        using SecretBytes? secret = agreement.DeriveSecret(Convert.FromHexString(share));
        secret.ShouldNotBeNull();
        secret.Span.ToArray().ShouldBe(Mpint.ToArray(Convert.FromHexString(expected)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("09")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")]
    [InlineData("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("090000000000000000000000000000000000000000000000000000000000000000")]
    public void A_low_order_or_misshapen_x25519_share_is_refused(string share)
    {
        using Agreement agreement = AlgorithmCatalog.CreateKeyAgreement("curve25519-sha256");
        agreement.DeriveSecret(Convert.FromHexString(share)).ShouldBeNull();
    }

    [Theory]
    [InlineData("ecdh-sha2-nistp256")]
    [InlineData("ecdh-sha2-nistp384")]
    [InlineData("ecdh-sha2-nistp521")]
    public void A_point_that_is_not_an_uncompressed_one_on_the_curve_is_refused(string method)
    {
        using Agreement own = AlgorithmCatalog.CreateKeyAgreement(method);
        using Agreement peer = AlgorithmCatalog.CreateKeyAgreement(method);
        byte[] good = peer.PublicShare.ToArray();

        byte[] offCurve = good.ToArray();
        offCurve[^1] ^= 1;
        byte[] compressed = [(byte)(2 + (good[^1] & 1)), .. good[1..(1 + ((good.Length - 1) / 2))]];
        byte[] hybrid = [(byte)(6 + (good[^1] & 1)), .. good[1..]];
        byte[] zero = [4, .. new byte[good.Length - 1]];
        byte[] beyondField = [4, .. Enumerable.Repeat((byte)0xFF, good.Length - 1)];
        foreach (byte[] bad in new byte[][] { offCurve, compressed, hybrid, zero, beyondField, [0], [], good[..^1], [.. good, 0] })
        {
            own.DeriveSecret(bad).ShouldBeNull(Convert.ToHexString(bad));
        }

        using SecretBytes? secret = own.DeriveSecret(good);
        secret.ShouldNotBeNull();
    }

    [Fact]
    public void A_point_of_another_curve_is_refused()
    {
        using Agreement small = AlgorithmCatalog.CreateKeyAgreement("ecdh-sha2-nistp256");
        using Agreement large = AlgorithmCatalog.CreateKeyAgreement("ecdh-sha2-nistp384");
        small.DeriveSecret(large.PublicShare.Span).ShouldBeNull();
        large.DeriveSecret(small.PublicShare.Span).ShouldBeNull();
    }

    [Theory]
    [InlineData("ecdh-sha2-nistp256")]
    [InlineData("ecdh-sha2-nistp384")]
    [InlineData("ecdh-sha2-nistp521")]
    public void The_secret_of_a_nist_curve_is_the_x_coordinate(string method)
    {
        ECCurve curve = method[^3..] switch { "256" => ECCurve.NamedCurves.nistP256, "384" => ECCurve.NamedCurves.nistP384, _ => ECCurve.NamedCurves.nistP521 };
        for (int turn = 0; turn < 20; turn++)
        {
            using Agreement own = AlgorithmCatalog.CreateKeyAgreement(method);
            using var peer = ECDiffieHellman.Create(curve);
            ECPoint q = peer.ExportParameters(false).Q;
            using SecretBytes? secret = own.DeriveSecret([4, .. q.X!, .. q.Y!]);

            int field = q.X!.Length;
            byte[] share = own.PublicShare.ToArray();
            using var other = ECDiffieHellman.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = share[1..(1 + field)], Y = share[(1 + field)..] } });
            secret!.Span.ToArray().ShouldBe(Mpint.ToArray(peer.DeriveRawSecretAgreement(other.PublicKey)));
        }
    }

    [Theory]
    [InlineData("diffie-hellman-group14-sha256", 2048)]
    [InlineData("diffie-hellman-group16-sha512", 4096)]
    [InlineData("diffie-hellman-group1-sha1", 1024)]
    public void A_share_outside_2_to_p_minus_2_is_refused(string method, int bits)
    {
        using Agreement agreement = AlgorithmCatalog.CreateKeyAgreement(method);
        byte[] p = Mpint.ToArray(DhGroup.OfKeyExchange(method).P.Span);
        p.Length.ShouldBe((bits / 8) + 1);
        byte[] minusOne = [.. p[..^1], (byte)(p[^1] - 1)];
        byte[] plusOne = p.ToArray();
        byte[] negative = p[1..];
        byte[] longer = [1, .. new byte[p.Length]];
        foreach (byte[] bad in new byte[][] { [], [0], [1], p, minusOne, plusOne, negative, longer, [0, 0, 5], [0, 5], [0xFE] })
        {
            agreement.DeriveSecret(bad).ShouldBeNull();
        }

        byte[] minusTwo = [.. p[..^1], (byte)(p[^1] - 2)];
        foreach (byte[] good in new byte[][] { [2], minusTwo })
        {
            using SecretBytes? secret = agreement.DeriveSecret(good);
            secret.ShouldNotBeNull();
        }
    }

    [Fact]
    public void A_run_of_group_18_uses_the_known_prime()
    {
        DhGroup group = DhGroup.OfKeyExchange("diffie-hellman-group18-sha512");
        group.Bits.ShouldBe(8192);

        // RFC 3526: 2^8192 - 2^8128 - 1 + 2^64 * ([2^8062 pi] + 4743158); the first and last 64 bits are ones.
        group.P.Span[..8].ToArray().ShouldAllBe(value => value == 0xFF);
        group.P.Span[^8..].ToArray().ShouldAllBe(value => value == 0xFF);
        Convert.ToHexString(group.P.Span.Slice(8, 8)).ShouldBe("C90FDAA22168C234");
    }

    [Fact]
    public void Methods_are_sorted_by_their_cost_and_kind()
    {
        AlgorithmCatalog.IsExpensive("curve25519-sha256").ShouldBeFalse();
        AlgorithmCatalog.IsExpensive("ecdh-sha2-nistp521").ShouldBeFalse();
        AlgorithmCatalog.IsExpensive("diffie-hellman-group16-sha512").ShouldBeTrue();
        AlgorithmCatalog.IsGroupExchange("diffie-hellman-group-exchange-sha256").ShouldBeTrue();
        AlgorithmCatalog.IsGroupExchange("diffie-hellman-group16-sha512").ShouldBeFalse();
        Should.Throw<ArgumentException>(() => AlgorithmCatalog.CreateKeyAgreement("diffie-hellman-group-exchange-sha256"));
        Should.Throw<ArgumentException>(() => AlgorithmCatalog.CreateKeyAgreement("rot13"));
        Should.Throw<ArgumentException>(() => AlgorithmCatalog.CreateGroupExchange("curve25519-sha256", DhGroup.Choose(2048, 2048, 2048)!));
    }
}
