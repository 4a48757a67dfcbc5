using Hpc.Crypto.Ctr;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Tests.Ctr;

public sealed class CtrImplementationTests
{
    private static readonly Func<bool> Yes = () => true;
    private static readonly Func<bool> No = () => false;
    private static readonly Func<bool> NotAsked = () => throw new InvalidOperationException("This is not asked.");

    [Fact]
    public void The_faster_one_is_taken()
    {
        CtrImplementation.Choose(null, Yes, Yes, Yes).ShouldBe(new CtrChoice(true, CtrImplementation.VaesName));
        CtrImplementation.Choose("", Yes, Yes, No).ShouldBe(new CtrChoice(false, CtrImplementation.LibCryptoName));
    }

    [Fact]
    public void Without_the_instructions_nothing_is_tested_or_measured()
    {
        CtrImplementation.Choose(null, No, NotAsked, NotAsked).ShouldBe(new CtrChoice(false, CtrImplementation.LibCryptoName));
        CtrImplementation.Choose("vaes", No, NotAsked, NotAsked).Name.ShouldContain("lacks VAES");
    }

    [Fact]
    public void What_fails_its_self_test_is_not_used_whoever_asks_for_it()
    {
        foreach (string? wish in new[] { null, "vaes" })
        {
            CtrChoice choice = CtrImplementation.Choose(wish, Yes, No, NotAsked);
            choice.UsesVaes.ShouldBeFalse();
            choice.Name.ShouldContain("failed its self-test");
        }
    }

    [Fact]
    public void The_operator_may_choose()
    {
        CtrImplementation.Choose("libcrypto", NotAsked, NotAsked, NotAsked).UsesVaes.ShouldBeFalse();
        CtrImplementation.Choose("vaes", Yes, Yes, NotAsked).UsesVaes.ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => CtrImplementation.Choose("fastest", Yes, Yes, Yes)).Message.ShouldContain("HPC_CTR");
    }

    [Fact]
    public void The_measurement_runs_to_its_end()
    {
        Assert.SkipUnless(CtrKernel.IsSupported, "This CPU lacks VAES, or the system allows no executable memory.");
        Should.NotThrow(CtrMeasurement.IsFaster);
    }

    [Theory]
    [InlineData("AES-192-CTR", 24)]
    [InlineData("AES-128-CBC", 16)]
    public void Other_ciphers_stay_with_libcrypto(string evpName, int keyLength)
    {
        using IPacketStream stream = CtrImplementation.Create(evpName, new byte[keyLength], new byte[16], encrypt: true);
        stream.ShouldBeOfType<CipherContext>();
    }

    [Fact]
    public void The_catalog_names_what_runs() => AlgorithmCatalog.CtrImplementationName.ShouldMatch("libcrypto|VAES");
}
