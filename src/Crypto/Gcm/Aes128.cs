namespace Hpc.Crypto.Gcm;

/// <summary>AES with a key of 16 bytes (FIPS 197 §5).</summary>
internal readonly struct Aes128 : IAesKeySize
{
    public static int Rounds => 10;
}
