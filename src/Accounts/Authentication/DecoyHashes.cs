using System.Security.Cryptography;
using System.Text;
using Hpc.Crypto.Passwords;

namespace Hpc.Accounts.Authentication;

/// <summary>
/// Hashes to verify against where there is none, beginning with one of the cost of new hashes. Where stored hashes differ in their cost, names without a hash are spread over the costs
/// that were seen, each name always to the same one, so that the time of a refusal does not tell which names exist.
/// Only what installations really have is imitated: one hash that costs a gigabyte or seconds must not set the price of every stranger's login.
/// </summary>
internal sealed class DecoyHashes(string first)
{
    // Installations have one or two; more come from moving in users of many others. When it is full, the cost that was learned longest ago goes.
    internal const int MaxCosts = 32;

    private readonly Lock _gate = new();
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    // Replaced as a whole under the gate, read without it.
    private volatile Decoy[] _decoys = [new(first)];

    /// <summary>One of them, the same for every name, where its cost does not matter.</summary>
    public string Any => _decoys[0].Hash;

    /// <summary>Takes note of what a stored hash costs.</summary>
    public void Learn(string hash)
    {
        if (PasswordHash.CostOf(hash) is not { } cost || Knows(_decoys, cost) || !PasswordHash.IsOrdinary(hash, first))
        {
            return;
        }

        lock (_gate)
        {
            if (!Knows(_decoys, cost))
            {
                // That of new hashes stays.
                Decoy[] kept = _decoys.Length < MaxCosts ? _decoys : [_decoys[0], .. _decoys[2..]];
                _decoys = [.. kept, new(PasswordHash.NewDecoyLike(hash))];
            }
        }
    }

    /// <summary>The decoy of a name: the one whose keyed digest with the name is highest, so that a new cost moves few names.</summary>
    public string For(string userName)
    {
        string chosen = "";
        ulong highest = 0;
        foreach (Decoy decoy in _decoys)
        {
            byte[] digest = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{decoy.Cost}\0{userName}"));
            ulong score = BitConverter.ToUInt64(digest);
            if (chosen.Length == 0 || score > highest)
            {
                (chosen, highest) = (decoy.Hash, score);
            }
        }

        return chosen;
    }

    private static bool Knows(Decoy[] decoys, string cost) => Array.Exists(decoys, decoy => decoy.Cost == cost);

    private sealed record Decoy(string Hash)
    {
        public string Cost { get; } = PasswordHash.CostOf(Hash)!;
    }
}
