using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

[assembly: DisableRuntimeMarshalling]

namespace Hpc.Crypto.Interop;

/// <summary>OpenSSL 3 libcrypto. Pointers are raw; the wrappers in this folder own lifetimes.</summary>
internal static unsafe partial class LibCrypto
{
    private const string Library = "libcrypto";

    // Above this many bytes a call may take longer than a microsecond and must let the garbage collector in.
    internal const int ShortCipherLength = 2048;
    internal const int ShortMacLength = 512;

    private const ulong NoAtExit = 0x0008_0000;

    private static readonly string[] FileNames = ["libcrypto.so.3", "libcrypto.so", "libcrypto.3.dylib"];

    /// <summary>Throws with OpenSSL's word for what went wrong, and empties the thread's error queue.</summary>
    internal static CryptographicException Failure(string operation)
    {
        ulong code = ERR_get_error();
        ERR_clear_error();
        byte* text = code == 0 ? null : ERR_reason_error_string(code);
        return new CryptographicException($"libcrypto: {operation} failed ({(text == null ? "no reason given" : Marshal.PtrToStringUTF8((nint)text))}).");
    }

    internal static void Require(bool succeeded, string operation)
    {
        if (!succeeded)
        {
            throw Failure(operation);
        }
    }

    [LibraryImport(Library)]
    private static partial ulong ERR_get_error();

    [LibraryImport(Library)]
    private static partial byte* ERR_reason_error_string(ulong code);

    [LibraryImport(Library)]
    internal static partial void ERR_clear_error();

    [LibraryImport(Library)]
    internal static partial void CRYPTO_free(void* memory, byte* file, int line);

#pragma warning disable CA2255 // The resolver has to be in place before the first call, and a static constructor would be checked on every call.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void RegisterResolver() =>
        NativeLibrary.SetDllImportResolver(typeof(LibCrypto).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
        {
            return 0;
        }

        foreach (string file in FileNames)
        {
            if (NativeLibrary.TryLoad(file, assembly, path, out nint library) && NativeLibrary.TryGetExport(library, "EVP_MAC_fetch", out _))
            {
                // Other threads may still be in libcrypto while the process exits: no clean-up at exit.
                var initialise = (delegate* unmanaged<ulong, void*, int>)NativeLibrary.GetExport(library, "OPENSSL_init_crypto");
                _ = initialise(NoAtExit, null);
                return library;
            }
        }

        throw new DllNotFoundException("OpenSSL 3 (libcrypto.so.3) is needed and was not found; on Debian and Ubuntu install the package libssl3.");
    }
}
