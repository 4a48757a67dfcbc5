using BenchmarkDotNet.Attributes;
using Hpc.Accounts.Authentication;

namespace Hpc.Benchmarks.Accounts;

/// <summary>The verdict on a public key: look-up, the user's lines, expiry. The signature is not among it.</summary>
public class AuthenticatorBenchmarks
{
    private AuthenticatorRig _rig = null!;

    [GlobalSetup]
    public async Task SetupAsync() => _rig = await AuthenticatorRig.CreateAsync().ConfigureAwait(false);

    [GlobalCleanup]
    public void Cleanup() => _rig.Dispose();

    [Benchmark(Description = "PublicKey")]
    public ValueTask<LoginVerdict> PublicKeyAsync() => _rig.JudgeAsync();
}
