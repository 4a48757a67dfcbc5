using Hpc.Crypto.Packets;

namespace Hpc.Crypto.Gcm;

/// <summary>
/// Chooses between <see cref="AesGcmKernel"/>, alone or with <see cref="VaesKernel"/>, and libcrypto, once per process and key size: what is chosen
/// is supported by the CPU, has passed <see cref="GcmSelfTest"/> and is the fastest.
/// </summary>
internal static class GcmImplementation
{
    public const string ManagedName = "managed AES-NI/VPCLMULQDQ";
    public const string LibCryptoName = "libcrypto";
    public const string VaesName = "VAES, managed until login";

    /// <summary>What operators set to <c>libcrypto</c>, <c>managed</c> or <c>vaes</c> instead of the measurement. It overrides neither the CPU nor the self-test.</summary>
    public const string Variable = "HPC_GCM";

    private static readonly Lazy<GcmChoice> Aes128Choice = new(() => Choose(128));
    private static readonly Lazy<GcmChoice> Aes256Choice = new(() => Choose(256));

    /// <summary>For the log; asking for it makes both choices.</summary>
    public static string Name => Aes128Choice.Value.Name == Aes256Choice.Value.Name
        ? Aes128Choice.Value.Name
        : $"aes128: {Aes128Choice.Value.Name}, aes256: {Aes256Choice.Value.Name}";

    public static string EvpName(int keyLength) => keyLength == 16 ? "AES-128-GCM" : "AES-256-GCM";

    public static PacketSealer CreateSealer(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
    {
        GcmChoice choice = ChoiceFor(key.Length);
        return choice.IsManaged ? new ManagedGcmPacketSealer(key, iv, choice.UsesVaes) : new GcmPacketSealer(EvpName(key.Length), key, iv);
    }

    public static PacketOpener CreateOpener(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
    {
        GcmChoice choice = ChoiceFor(key.Length);
        return choice.IsManaged ? new ManagedGcmPacketOpener(key, iv, choice.UsesVaes) : new GcmPacketOpener(EvpName(key.Length), key, iv);
    }

    /// <summary>Chooses for a key of this many bits, by what the operator wants and by measuring.</summary>
    public static GcmChoice Choose(int keyBits) => Choose(
        Environment.GetEnvironmentVariable(Variable),
        new GcmCandidates
        {
            IsManagedSupported = AesGcmKey.IsSupported,
            ManagedPasses = () => SelfTest.Passes(() => GcmSelfTest.Passes(keyBits / 8, useVaes: false)),
            IsVaesSupported = () => VaesKernel.IsSupported,
            VaesPasses = () => SelfTest.Passes(() => GcmSelfTest.Passes(keyBits / 8, useVaes: true)),
            Measure = withVaes => GcmMeasurement.Measure(keyBits / 8, withVaes),
        });

    /// <summary>The rule alone.</summary>
    public static GcmChoice Choose(string? wish, GcmCandidates candidates)
    {
        if (!string.IsNullOrEmpty(wish) && wish is not ("libcrypto" or "managed" or "vaes"))
        {
            throw new InvalidOperationException($"{Variable} is '{wish}'; it may be 'libcrypto', 'managed', 'vaes' or not set.");
        }

        if (wish == "libcrypto")
        {
            return LibCrypto();
        }

        bool isOurs = wish is "managed" or "vaes";
        if (!candidates.IsManagedSupported)
        {
            return LibCrypto(isOurs ? " (the CPU lacks AES-NI, VPCLMULQDQ or AVX-512BW)" : "");
        }

        if (!candidates.ManagedPasses())
        {
            return LibCrypto(" (the managed implementation failed its self-test)");
        }

        if (wish == "managed")
        {
            return Managed();
        }

        if (!candidates.IsVaesSupported())
        {
            return isOurs || IsManagedFaster() ? Managed(isOurs ? " (CPU or system lacks VAES or executable memory)" : "") : LibCrypto();
        }

        if (!candidates.VaesPasses())
        {
            return isOurs || IsManagedFaster() ? Managed(" (VAES failed its self-test)") : LibCrypto(" (VAES failed its self-test)");
        }

        if (wish == "vaes")
        {
            return Vaes();
        }

        GcmTimes times = candidates.Measure(true);
        return times.LibCrypto <= Math.Min(times.Managed, times.Vaes) ? LibCrypto() : times.Vaes < times.Managed ? Vaes() : Managed();

        bool IsManagedFaster()
        {
            GcmTimes measured = candidates.Measure(false);
            return measured.Managed < measured.LibCrypto;
        }
    }

    private static GcmChoice LibCrypto(string why = "") => new(false, false, LibCryptoName + why);

    private static GcmChoice Managed(string why = "") => new(true, false, ManagedName + why);

    private static GcmChoice Vaes() => new(true, true, VaesName);

    private static GcmChoice ChoiceFor(int keyLength) => (keyLength == 16 ? Aes128Choice : Aes256Choice).Value;
}
