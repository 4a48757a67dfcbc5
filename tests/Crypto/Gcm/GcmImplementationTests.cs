using Hpc.Crypto.Gcm;

namespace Hpc.Crypto.Tests.Gcm;

public sealed class GcmImplementationTests
{
    private static readonly Func<bool> Yes = () => true;
    private static readonly Func<bool> No = () => false;
    private static readonly Func<bool> NotAsked = () => throw new InvalidOperationException("This is not asked.");

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    public void The_self_test_passes(int keyLength)
    {
        GcmTestSupport.SkipWithoutInstructions();
        GcmSelfTest.Passes(keyLength, useVaes: false).ShouldBeTrue();
        GcmTestSupport.SkipWithoutInstructions(useVaes: true);
        GcmSelfTest.Passes(keyLength, useVaes: true).ShouldBeTrue();
    }

    [Theory]
    [InlineData(3, 2, 1, GcmImplementation.VaesName)]
    [InlineData(3, 1, 2, GcmImplementation.ManagedName)]
    [InlineData(2, 3, 1, GcmImplementation.VaesName)]
    [InlineData(1, 3, 2, GcmImplementation.LibCryptoName)]
    [InlineData(1, 2, 3, GcmImplementation.LibCryptoName)]
    [InlineData(1, 1, 1, GcmImplementation.LibCryptoName)]
    public void The_fastest_wins(long libCrypto, long managed, long vaes, string name) =>
        Choose(null, measured: new GcmTimes(libCrypto, managed, vaes)).Name.ShouldBe(name);

    [Fact]
    public void What_the_CPU_lacks_is_neither_tested_nor_measured()
    {
        Choose("", isManagedSupported: false).ShouldBe(new GcmChoice(false, false, GcmImplementation.LibCryptoName));
        Choose("managed", isManagedSupported: false).Name.ShouldContain("CPU");
        Choose(null, vaesSupported: No, measured: new GcmTimes(2, 1, long.MaxValue)).ShouldBe(new GcmChoice(true, false, GcmImplementation.ManagedName));
        Choose(null, vaesSupported: No, measured: new GcmTimes(1, 2, long.MaxValue)).ShouldBe(new GcmChoice(false, false, GcmImplementation.LibCryptoName));
        Choose("vaes", vaesSupported: No).Name.ShouldStartWith(GcmImplementation.ManagedName + " (");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("managed")]
    [InlineData("vaes")]
    public void A_kernel_that_fails_its_self_test_is_not_used_and_the_name_says_so(string? wish)
    {
        GcmChoice choice = Choose(wish, managedPasses: No, vaesPasses: NotAsked);
        choice.IsManaged.ShouldBeFalse();
        choice.Name.ShouldContain("failed its self-test");
    }

    [Theory]
    [InlineData(null, 2, 1, true)]
    [InlineData(null, 1, 2, false)]
    [InlineData("vaes", 1, 2, true)]
    public void VAES_that_fails_its_self_test_leaves_the_others(string? wish, long libCrypto, long managed, bool isManaged)
    {
        GcmChoice choice = Choose(wish, vaesPasses: No, measured: new GcmTimes(libCrypto, managed, long.MaxValue));
        choice.IsManaged.ShouldBe(isManaged);
        choice.UsesVaes.ShouldBeFalse();
        choice.Name.ShouldContain("VAES failed its self-test");
    }

    [Fact]
    public void The_operator_may_choose()
    {
        Choose("libcrypto", managedPasses: NotAsked).IsManaged.ShouldBeFalse();
        Choose("managed", vaesPasses: NotAsked).ShouldBe(new GcmChoice(true, false, GcmImplementation.ManagedName));
        Choose("vaes").ShouldBe(new GcmChoice(true, true, GcmImplementation.VaesName));
        Should.Throw<InvalidOperationException>(() => Choose("fastest")).Message.ShouldContain("HPC_GCM");
    }

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    public void The_measurement_runs_to_its_end(int keyLength)
    {
        GcmTestSupport.SkipWithoutInstructions();
        GcmTimes times = GcmMeasurement.Measure(keyLength, withVaes: VaesKernel.IsSupported);
        times.LibCrypto.ShouldBeInRange(1, long.MaxValue - 1);
        times.Managed.ShouldBeInRange(1, long.MaxValue - 1);
        (times.Vaes < long.MaxValue).ShouldBe(VaesKernel.IsSupported);
    }

    [Fact]
    public void The_catalog_names_what_runs() =>
        AlgorithmCatalog.GcmImplementationName.ShouldMatch("managed AES-NI/VPCLMULQDQ|libcrypto|VAES");

    private static GcmChoice Choose(
        string? wish, bool isManagedSupported = true, Func<bool>? managedPasses = null, Func<bool>? vaesSupported = null, Func<bool>? vaesPasses = null, GcmTimes? measured = null) =>
        GcmImplementation.Choose(wish, new GcmCandidates
        {
            IsManagedSupported = isManagedSupported,
            ManagedPasses = managedPasses ?? (isManagedSupported ? Yes : NotAsked),
            IsVaesSupported = vaesSupported ?? (isManagedSupported ? Yes : NotAsked),
            VaesPasses = vaesPasses ?? (isManagedSupported ? Yes : NotAsked),
            Measure = withVaes => measured is { } times && withVaes == (times.Vaes < long.MaxValue) ? times : throw new InvalidOperationException("This is not measured."),
        });
}
