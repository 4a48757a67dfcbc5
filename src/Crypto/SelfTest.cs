using System.Security.Cryptography;

namespace Hpc.Crypto;

/// <summary>Runs the self-test of an implementation of our own.</summary>
internal static class SelfTest
{
    /// <summary>False also where libcrypto does not offer what ours is compared with, as in a validated module: then there is nothing to trust it by.</summary>
    public static bool Passes(Func<bool> test)
    {
        try
        {
            return test();
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
