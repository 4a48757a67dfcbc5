using Hpc.Crypto.Lanes;

namespace Hpc.Crypto.Tests.Lanes;

public sealed class LaneImplementationTests
{
    private static readonly Func<LaneKernel, bool> Yes = _ => true;
    private static readonly Func<LaneKernel, bool> No = _ => false;
    private static readonly Func<LaneKernel, bool> NotTested = _ => throw new InvalidOperationException("This is not asked.");
    private static readonly Func<LaneKernel, double> NotMeasured = _ => throw new InvalidOperationException("This is not asked.");

    [Fact]
    public void Every_kernel_that_the_cpu_runs_passes_the_self_test()
    {
        foreach (LaneKernel kernel in LaneTestSupport.Kernels)
        {
            LaneSelfTest.Passes(kernel).ShouldBeTrue(kernel.Name);
        }
    }

    [Fact]
    public void A_kernel_that_errs_in_one_bit_of_one_lane_fails_the_self_test_and_libcrypto_runs()
    {
        Assert.SkipUnless(Sha256Avx2.IsSupported, "The CPU has no AVX2.");
        LaneSelfTest.Passes(LaneTestSupport.Faulty).ShouldBeFalse();
        LaneChoice choice = LaneImplementation.Choose("lanes", LaneTestSupport.Faulty, LaneSelfTest.Passes, NotMeasured);
        choice.Kernel.ShouldBeNull();
        choice.Name.ShouldContain("failed the self-test");
    }

    [Fact]
    public void Lanes_run_if_all_of_them_together_are_faster_than_as_many_calls()
    {
        LaneImplementation.Choose(null, LaneKernel.Avx2, Yes, _ => 4.5).ShouldBe(new LaneChoice(LaneKernel.Avx2, 4.5, LaneKernel.Avx2.Name));
        LaneImplementation.Choose("", LaneKernel.Avx2, Yes, _ => 8).ShouldBe(new LaneChoice(null, 0, LaneImplementation.LibCryptoName));
    }

    [Fact]
    public void Without_the_instructions_nothing_is_tested_or_measured()
    {
        LaneImplementation.Choose(null, null, NotTested, NotMeasured).ShouldBe(new LaneChoice(null, 0, LaneImplementation.LibCryptoName));
        LaneImplementation.Choose("lanes", null, NotTested, NotMeasured).Name.ShouldContain("CPU");
    }

    [Fact]
    public void The_operator_may_choose()
    {
        LaneImplementation.Choose("libcrypto", LaneKernel.Avx2, NotTested, NotMeasured).Kernel.ShouldBeNull();
        LaneImplementation.Choose("lanes", LaneKernel.Avx2, Yes, _ => 100).Kernel.ShouldBe(LaneKernel.Avx2);
        LaneImplementation.Choose("lanes", LaneKernel.Avx2, No, NotMeasured).Kernel.ShouldBeNull();
        Should.Throw<InvalidOperationException>(() => LaneImplementation.Choose("fastest", LaneKernel.Avx2, Yes, NotMeasured)).Message.ShouldContain("HPC_HMAC");
    }

    [Fact]
    public unsafe void A_pass_is_worthwhile_by_what_it_costs_beside_the_calls_that_it_saves()
    {
        var choice = new LaneChoice(LaneKernel.Avx2, 4.5, "");
        static LaneMessage Message(int length) => new(0, null, length, null);
        choice.IsWorthwhile([.. Enumerable.Repeat(Message(32_768), 5)]).ShouldBeTrue();
        choice.IsWorthwhile([.. Enumerable.Repeat(Message(32_768), 4)]).ShouldBeFalse();

        // Seven short ones beside a long one take as long as eight long ones.
        choice.IsWorthwhile([Message(32_768), .. Enumerable.Repeat(Message(80), 7)]).ShouldBeFalse();
        (choice with { PassCost = 0 }).IsWorthwhile([Message(32_768)]).ShouldBeFalse();
        (choice with { Kernel = null }).IsWorthwhile([.. Enumerable.Repeat(Message(32_768), 5)]).ShouldBeFalse();
    }

    [Fact]
    public void The_measurement_runs_to_its_end()
    {
        foreach (LaneKernel kernel in LaneTestSupport.Kernels)
        {
            LaneMeasurement.PassCost(kernel).ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public void The_catalog_names_what_runs() => AlgorithmCatalog.HmacImplementationName.ShouldMatch("AVX-512|AVX2|libcrypto");
}
