using Hpc.Crypto.Packets;

namespace Hpc.Crypto.Gcm;

/// <summary>
/// Chooses between <see cref="AesGcmKernel"/> and libcrypto, once per process and key size: the kernel has to be supported by the CPU, pass
/// <see cref="GcmSelfTest"/> and be faster. An OpenSSL with VAES (3.1 and later) wins the measurement; one without loses it.
/// </summary>
internal static class GcmImplementation
{
    public const string ManagedName = "managed AES-NI/VPCLMULQDQ";
    public const string LibCryptoName = "libcrypto";

    /// <summary>What operators set to <c>libcrypto</c> or <c>managed</c> instead of the measurement. It overrides neither the CPU nor the self-test.</summary>
    public const string Variable = "HPC_GCM";

    private static readonly Lazy<GcmChoice> Aes128Choice = new(() => Choose(128));
    private static readonly Lazy<GcmChoice> Aes256Choice = new(() => Choose(256));

    /// <summary>For the log; asking for it makes both choices.</summary>
    public static string Name => Aes128Choice.Value.Name == Aes256Choice.Value.Name
        ? Aes128Choice.Value.Name
        : $"aes128: {Aes128Choice.Value.Name}, aes256: {Aes256Choice.Value.Name}";

    public static string EvpName(int keyLength) => keyLength == 16 ? "AES-128-GCM" : "AES-256-GCM";

    public static PacketSealer CreateSealer(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv) => IsManaged(key.Length)
        ? new ManagedGcmPacketSealer(key, iv)
        : new GcmPacketSealer(EvpName(key.Length), key, iv);

    public static PacketOpener CreateOpener(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv) => IsManaged(key.Length)
        ? new ManagedGcmPacketOpener(key, iv)
        : new GcmPacketOpener(EvpName(key.Length), key, iv);

    /// <summary>Chooses for a key of this many bits, by what the operator wants and by measuring.</summary>
    public static GcmChoice Choose(int keyBits) => Choose(
        Environment.GetEnvironmentVariable(Variable),
        AesGcmKey.IsSupported,
        () => GcmSelfTest.Passes(keyBits / 8),
        () => GcmMeasurement.ManagedIsFaster(keyBits / 8));

    /// <summary>The rule alone.</summary>
    public static GcmChoice Choose(string? wish, bool supported, Func<bool> passes, Func<bool> isFaster)
    {
        if (!string.IsNullOrEmpty(wish) && wish is not ("libcrypto" or "managed"))
        {
            throw new InvalidOperationException($"{Variable} is '{wish}'; it may be 'libcrypto', 'managed' or not set.");
        }

        if (wish == "libcrypto")
        {
            return new(false, LibCryptoName);
        }

        if (!supported)
        {
            return new(false, wish == "managed" ? $"{LibCryptoName} (the CPU lacks AES-NI, VPCLMULQDQ or AVX-512BW)" : LibCryptoName);
        }

        if (!passes())
        {
            return new(false, $"{LibCryptoName} (the managed implementation failed its self-test)");
        }

        return wish == "managed" || isFaster() ? new(true, ManagedName) : new(false, LibCryptoName);
    }

    private static bool IsManaged(int keyLength) => (keyLength == 16 ? Aes128Choice : Aes256Choice).Value.IsManaged;
}
