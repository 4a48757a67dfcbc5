using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

[assembly: DisableRuntimeMarshalling]

namespace Hpc.Transport.Tls.Interop;

// Where the libraries are, and what they say went wrong.
internal static unsafe partial class LibSsl
{
    private const ulong NoAtExit = 0x0008_0000;

    private static readonly string[] SslFiles = ["libssl.so.3", "libssl.so", "libssl.3.dylib"];
    private static readonly string[] CryptoFiles = ["libcrypto.so.3", "libcrypto.so", "libcrypto.3.dylib"];

    /// <summary>OpenSSL's words for what went wrong on this thread, or null; empties its queue.</summary>
    internal static string? TakeReason()
    {
        ulong first = ERR_get_error();
        ERR_clear_error();
        byte* text = first == 0 ? null : ERR_reason_error_string(first);
        return text == null ? null : Marshal.PtrToStringUTF8((nint)text);
    }

    internal static void Require(bool succeeded, string operation)
    {
        if (!succeeded)
        {
            throw new CryptographicException($"{operation} failed ({TakeReason() ?? "no reason given"})");
        }
    }

    /// <summary>The certificate's DER form.</summary>
    internal static byte[] ToDer(nint certificate)
    {
        int length = i2d_X509(certificate, null);
        Require(length > 0, nameof(i2d_X509));
        byte[] der = new byte[length];
        fixed (byte* start = der)
        {
            byte* end = start;
            Require(i2d_X509(certificate, &end) == length, nameof(i2d_X509));
        }

        return der;
    }

#pragma warning disable CA2255 // The resolver has to be in place before the first call, and a static constructor would be checked on every call.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void RegisterResolver() =>
        NativeLibrary.SetDllImportResolver(typeof(LibSsl).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name switch
    {
        Library => Load(SslFiles, "SSL_get1_peer_certificate", assembly, path),
        Crypto => LoadCrypto(assembly, path),
        _ => 0,
    };

    private static nint LoadCrypto(Assembly assembly, DllImportSearchPath? path)
    {
        nint library = Load(CryptoFiles, "EVP_MAC_fetch", assembly, path);

        // Other threads may still be in libcrypto while the process exits: no clean-up at exit.
        var initialise = (delegate* unmanaged<ulong, void*, int>)NativeLibrary.GetExport(library, "OPENSSL_init_crypto");
        _ = initialise(NoAtExit, null);
        return library;
    }

    private static nint Load(string[] files, string export, Assembly assembly, DllImportSearchPath? path)
    {
        foreach (string file in files)
        {
            if (NativeLibrary.TryLoad(file, assembly, path, out nint library) && NativeLibrary.TryGetExport(library, export, out _))
            {
                return library;
            }
        }

        throw new DllNotFoundException($"OpenSSL 3 ({files[0]}) is needed for TLS and was not found; on Debian and Ubuntu install the package libssl3.");
    }
}
