using Hpc.Crypto.Gcm;

namespace Hpc.Crypto.Tests.Gcm;

public sealed class GcmImplementationTests
{
    private static readonly Func<bool> Yes = () => true;
    private static readonly Func<bool> No = () => false;
    private static readonly Func<bool> NotAsked = () => throw new InvalidOperationException("This is not asked.");

    [Fact]
    public void The_self_test_passes()
    {
        GcmTestSupport.SkipWithoutInstructions();
        GcmSelfTest.Passes(16).ShouldBeTrue();
        GcmSelfTest.Passes(32).ShouldBeTrue();
    }

    [Fact]
    public void The_faster_one_wins()
    {
        GcmImplementation.Choose(null, true, Yes, Yes).ShouldBe(new GcmChoice(true, GcmImplementation.ManagedName));
        GcmImplementation.Choose("", true, Yes, No).ShouldBe(new GcmChoice(false, GcmImplementation.LibCryptoName));
    }

    [Fact]
    public void Without_the_instructions_nothing_is_tested_or_measured()
    {
        GcmImplementation.Choose(null, false, NotAsked, NotAsked).ShouldBe(new GcmChoice(false, GcmImplementation.LibCryptoName));
        GcmImplementation.Choose("managed", false, NotAsked, NotAsked).Name.ShouldContain("CPU");
    }

    [Fact]
    public void A_failed_self_test_means_libcrypto_and_shows_in_the_name()
    {
        GcmChoice choice = GcmImplementation.Choose("managed", true, No, NotAsked);
        choice.IsManaged.ShouldBeFalse();
        choice.Name.ShouldContain("failed its self-test");
    }

    [Fact]
    public void The_operator_may_choose()
    {
        GcmImplementation.Choose("libcrypto", true, NotAsked, NotAsked).IsManaged.ShouldBeFalse();
        GcmImplementation.Choose("managed", true, Yes, NotAsked).IsManaged.ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => GcmImplementation.Choose("fastest", true, NotAsked, NotAsked)).Message.ShouldContain("HPC_GCM");
    }

    [Fact]
    public void The_measurement_runs_to_its_end()
    {
        GcmTestSupport.SkipWithoutInstructions();
        Should.NotThrow(() => GcmMeasurement.ManagedIsFaster(16));
        Should.NotThrow(() => GcmMeasurement.ManagedIsFaster(32));
    }

    [Fact]
    public void The_catalog_names_what_runs() =>
        AlgorithmCatalog.GcmImplementationName.ShouldMatch("managed AES-NI/VPCLMULQDQ|libcrypto");
}
