using BenchmarkDotNet.Attributes;
using Hpc.Crypto.Passwords;

namespace Hpc.Benchmarks.Crypto;

/// <summary>Verifying a password against a hash of each supported form, at the cost of new hashes.</summary>
public class PasswordBenchmarks
{
    private readonly byte[] _password = Guid.NewGuid().ToByteArray();
    private string _hash = "";

    [Params(PasswordAlgorithm.Argon2id, PasswordAlgorithm.Bcrypt)]
    public PasswordAlgorithm Algorithm { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        // Bytes of a password are never 0.
        for (int i = 0; i < _password.Length; i++)
        {
            _password[i] |= 1;
        }

        _hash = PasswordHash.Hash(_password, Algorithm);
    }

    [Benchmark]
    public bool Verify() => PasswordHash.Verify(_hash, _password) ? true : throw new InvalidOperationException("The password was refused.");
}
