namespace Hpc.Crypto.Tests;

public sealed class AlgorithmCatalogTests
{
    [Theory]
    [InlineData(AlgorithmKind.KeyExchange, "curve25519-sha256,curve25519-sha256@libssh.org,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,diffie-hellman-group-exchange-sha256")]
    [InlineData(AlgorithmKind.HostKey, "ssh-ed25519,rsa-sha2-512,rsa-sha2-256")]
    [InlineData(AlgorithmKind.Cipher, "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr")]
    [InlineData(AlgorithmKind.Mac, "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com")]
    [InlineData(AlgorithmKind.PublicKey, "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256")]
    public void The_default_profile_offers_exactly_this(AlgorithmKind kind, string names) =>
        string.Join(',', AlgorithmCatalog.Names(kind, CryptoProfile.Default)).ShouldBe(names);

    [Fact]
    public void Sha1_cbc_and_small_groups_are_in_the_legacy_profile_alone()
    {
        foreach (AlgorithmKind kind in Enum.GetValues<AlgorithmKind>())
        {
            IReadOnlyList<string> compatible = AlgorithmCatalog.Names(kind, CryptoProfile.Compatible);
            compatible.ShouldNotContain(name => name.Contains("sha1", StringComparison.Ordinal) || name.Contains("cbc", StringComparison.Ordinal) || name == "ssh-rsa");
            AlgorithmCatalog.Names(kind, CryptoProfile.Default).ShouldBeSubsetOf(compatible);
            compatible.ShouldBeSubsetOf(AlgorithmCatalog.Names(kind, CryptoProfile.Legacy));
        }
    }

    [Fact]
    public void Every_name_has_an_implementation()
    {
        foreach (string name in AlgorithmCatalog.Names(AlgorithmKind.Cipher, CryptoProfile.Legacy))
        {
            AlgorithmCatalog.TryGetCipher(name, out Crypto.Packets.CipherInfo? cipher).ShouldBeTrue();
            cipher!.Name.ShouldBe(name);
        }

        foreach (string name in AlgorithmCatalog.Names(AlgorithmKind.Mac, CryptoProfile.Legacy))
        {
            AlgorithmCatalog.TryGetMac(name, out Crypto.Packets.MacInfo? mac).ShouldBeTrue();
            mac!.IsEncryptThenMac.ShouldBe(name.Contains("-etm@", StringComparison.Ordinal));
        }

        foreach (string name in AlgorithmCatalog.Names(AlgorithmKind.KeyExchange, CryptoProfile.Legacy))
        {
            AlgorithmCatalog.HashOf(name).Name.ShouldNotBeNull();
        }
    }

    [Fact]
    public void Unknown_names_are_not_found()
    {
        AlgorithmCatalog.TryGetCipher("none", out _).ShouldBeFalse();
        AlgorithmCatalog.TryGetMac("hmac-md5", out _).ShouldBeFalse();
        AlgorithmCatalog.IsKnown(AlgorithmKind.HostKey, "ssh-dss").ShouldBeFalse();
        AlgorithmCatalog.IsKnown(AlgorithmKind.HostKey, "ssh-rsa").ShouldBeTrue();
        AlgorithmCatalog.ProfileOf(AlgorithmKind.HostKey, "ssh-rsa").ShouldBe(CryptoProfile.Legacy);
        Should.Throw<ArgumentException>(() => AlgorithmCatalog.ProfileOf(AlgorithmKind.HostKey, "ssh-dss"));
    }
}
