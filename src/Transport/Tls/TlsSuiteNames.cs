using System.Net.Security;
using System.Runtime.InteropServices;
using Hpc.Transport.Tls.Interop;

namespace Hpc.Transport.Tls;

/// <summary>OpenSSL's names of cipher suites: the numbers are the registry's, the names are its own.</summary>
internal static unsafe class TlsSuiteNames
{
    /// <summary>A cipher list of the suites of TLS 1.2 that libssl knows, in their order; empty if it knows none.</summary>
    public static string ToOpenSsl(nint context, IReadOnlyList<TlsCipherSuite> suites)
    {
        fixed (byte* all = "ALL:!aNULL:!eNULL\0"u8)
        {
            LibSsl.Require(LibSsl.SSL_CTX_set_cipher_list(context, all) == 1, nameof(LibSsl.SSL_CTX_set_cipher_list));
        }

        var names = new Dictionary<int, string>();
        nint known = LibSsl.SSL_CTX_get_ciphers(context);
        for (int i = 0; i < LibSsl.OPENSSL_sk_num(known); i++)
        {
            nint cipher = LibSsl.OPENSSL_sk_value(known, i);
            names[LibSsl.SSL_CIPHER_get_protocol_id(cipher)] = Marshal.PtrToStringUTF8((nint)LibSsl.SSL_CIPHER_get_name(cipher)) ?? "";
        }

        // 0x13xx are those of TLS 1.3.
        return string.Join(':', suites.Where(suite => (int)suite >> 8 != 0x13 && names.ContainsKey((int)suite)).Select(suite => names[(int)suite]).Distinct());
    }
}
