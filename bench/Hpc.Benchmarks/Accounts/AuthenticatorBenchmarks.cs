using BenchmarkDotNet.Attributes;
using Hpc.Accounts.Authentication;

namespace Hpc.Benchmarks.Accounts;

/// <summary>Verdicts that need no hashing: on a public key (without the signature), and on a password that was verified a moment ago.</summary>
public class AuthenticatorBenchmarks
{
    private AuthenticatorRig _rig = null!;

    [GlobalSetup]
    public void Setup()
    {
        // The toolchain does not wait for a setup that is not done at once.
#pragma warning disable VSTHRD002 // A set-up of BenchmarkDotNet is synchronous, and there is nothing that it could hold up.
        _rig = AuthenticatorRig.CreateAsync().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }

    [GlobalCleanup]
    public void Cleanup() => _rig.Dispose();

    [Benchmark(Description = "PublicKey")]
    public ValueTask<LoginVerdict> PublicKeyAsync() => _rig.JudgeAsync();

    [Benchmark(Description = "CachedPassword")]
    public ValueTask<LoginVerdict> CachedPasswordAsync() => _rig.JudgePasswordAsync();
}
