namespace Hpc.Crypto.Gcm;

/// <summary>AES with a key of 32 bytes (FIPS 197 §5).</summary>
internal readonly struct Aes256 : IAesKeySize
{
    public static int Rounds => 14;
}
