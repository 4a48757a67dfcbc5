using System.Runtime.InteropServices;
using System.Text;

namespace Hpc.Crypto.Tests.Passwords;

/// <summary>The system's crypt(3), libxcrypt.</summary>
internal static unsafe class LibCrypt
{
    // CRYPT_MAX_PASSPHRASE_SIZE and the size of struct crypt_data in its crypt.h.
    public const int MaxPasswordLength = 511;
    private const int DataLength = 32768;

    private static readonly delegate* unmanaged<byte*, byte*, void*, int, byte*> CryptRn = Load();

    public static bool HasYescrypt { get; } = CryptRn is not null && Crypt("x", "$y$j75$salt$") is not null;

    /// <summary>Null if a setting is refused.</summary>
    public static string? Crypt(string password, string setting)
    {
        void* data = NativeMemory.AllocZeroed(DataLength);
        try
        {
            fixed (byte* phrase = Encoding.UTF8.GetBytes(password + '\0'))
            fixed (byte* settingBytes = Encoding.UTF8.GetBytes(setting + '\0'))
            {
                string? hash = Marshal.PtrToStringUTF8((nint)CryptRn(phrase, settingBytes, data, DataLength));
                return hash is null || hash.StartsWith('*') ? null : hash;
            }
        }
        finally
        {
            NativeMemory.Free(data);
        }
    }

    private static delegate* unmanaged<byte*, byte*, void*, int, byte*> Load() =>
        NativeLibrary.TryLoad("libcrypt.so.1", out nint library) && NativeLibrary.TryGetExport(library, "crypt_rn", out nint function)
            ? (delegate* unmanaged<byte*, byte*, void*, int, byte*>)function
            : null;
}
