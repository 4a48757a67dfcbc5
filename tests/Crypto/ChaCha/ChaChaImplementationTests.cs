using Hpc.Crypto.ChaCha;

namespace Hpc.Crypto.Tests.ChaCha;

public sealed class ChaChaImplementationTests
{
    private static readonly Func<bool> Yes = () => true;
    private static readonly Func<bool> No = () => false;
    private static readonly Func<bool> NotAsked = () => throw new InvalidOperationException("This is not asked.");

    [Fact]
    public void The_faster_one_is_taken()
    {
        ChaChaImplementation.Choose(null, true, Yes, Yes).ShouldBe(new ChaChaChoice(true, ChaChaImplementation.ManagedName));
        ChaChaImplementation.Choose("", true, Yes, No).ShouldBe(new ChaChaChoice(false, ChaChaImplementation.LibCryptoName));
    }

    [Fact]
    public void Without_the_instructions_nothing_is_tested_or_measured()
    {
        ChaChaImplementation.Choose(null, false, NotAsked, NotAsked).ShouldBe(new ChaChaChoice(false, ChaChaImplementation.LibCryptoName));
        ChaChaImplementation.Choose("managed", false, NotAsked, NotAsked).Name.ShouldContain("CPU");
    }

    [Fact]
    public void What_fails_its_self_test_is_not_used_whoever_asks_for_it()
    {
        foreach (string? wish in new[] { null, "managed" })
        {
            ChaChaChoice choice = ChaChaImplementation.Choose(wish, true, No, NotAsked);
            choice.IsManaged.ShouldBeFalse();
            choice.Name.ShouldContain("failed its self-test");
        }
    }

    [Fact]
    public void The_operator_may_choose()
    {
        ChaChaImplementation.Choose("libcrypto", true, NotAsked, NotAsked).IsManaged.ShouldBeFalse();
        ChaChaImplementation.Choose("managed", true, Yes, NotAsked).IsManaged.ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => ChaChaImplementation.Choose("fastest", true, Yes, Yes)).Message.ShouldContain("HPC_CHACHA");
    }

    [Fact]
    public void The_measurement_runs_to_its_end()
    {
        Assert.SkipUnless(ChaChaKernel.IsSupported, "This CPU lacks AVX-512F.");
        Should.NotThrow(ChaChaMeasurement.IsFaster);
    }

    [Fact]
    public void The_catalog_names_what_runs() => AlgorithmCatalog.ChaChaImplementationName.ShouldMatch("libcrypto|managed");
}
