using System.Security.Cryptography;
using System.Text;

namespace Hpc.Actors.Cluster.Wiring;

/// <summary>Users as the engine knows them: by their name, or by its beginning and its hash if it is longer than a key of the engine may be.</summary>
internal static class ClusterUser
{
    private const int MaxBeginning = 60;

    public static bool IsKey(string userName) => ClusterRules.IsKey(userName);

    public static string KeyOf(string userName)
    {
        if (IsKey(userName))
        {
            return userName;
        }

        // A pair of surrogates is not cut in two.
        int length = Math.Min(MaxBeginning, userName.Length);
        length -= length > 0 && char.IsHighSurrogate(userName[length - 1]) ? 1 : 0;
        return $"{userName.AsSpan(0, length)}…{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(userName)).AsSpan(0, 16))}";
    }
}
