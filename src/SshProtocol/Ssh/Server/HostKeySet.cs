using Hpc.Crypto.Keys;

namespace Hpc.SshProtocol.Ssh.Server;

/// <summary>A server's host keys, by the signature algorithms that they can do.</summary>
internal sealed class HostKeySet
{
    private readonly Dictionary<string, SshPrivateKey> _byAlgorithm = [];

    /// <param name="keys">The keys, best first.</param>
    /// <param name="allowed">Algorithms of the profile, best first.</param>
    public HostKeySet(IReadOnlyList<SshPrivateKey> keys, IReadOnlyList<string> allowed)
    {
        Keys = keys;
        var algorithms = new List<string>();
        foreach (string algorithm in allowed)
        {
            SshPrivateKey? key = keys.FirstOrDefault(candidate => candidate.Algorithms.Contains(algorithm));
            if (key is not null)
            {
                algorithms.Add(algorithm);
                _byAlgorithm[algorithm] = key;
            }
        }

        Algorithms = algorithms;
    }

    public IReadOnlyList<SshPrivateKey> Keys { get; }

    /// <summary>What to offer in KEXINIT.</summary>
    public IReadOnlyList<string> Algorithms { get; }

    public SshPrivateKey KeyFor(string algorithm) => _byAlgorithm[algorithm];

    /// <summary>The algorithm to prove a key with (hostkeys-prove): for RSA the one agreed on or the strongest.</summary>
    public static string ProofAlgorithm(SshPrivateKey key, string agreed) =>
        key.Algorithms.Contains(agreed) ? agreed : key.Algorithms[0];
}
